"""Filters of procedures."""
