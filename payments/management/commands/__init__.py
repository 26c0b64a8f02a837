"""Commands of payments, one a file."""
