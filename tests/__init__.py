"""Sentences about behaviour, told by a fixed cast."""
