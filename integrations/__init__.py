"""Neighbours: one folder for each system we talk to."""
