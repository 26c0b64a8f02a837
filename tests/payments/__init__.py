"""What payments promise, as sentences."""
