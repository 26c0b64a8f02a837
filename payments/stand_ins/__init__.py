"""Small servers with the shapes of the neighbours that payments speak to, for demo and tests."""
