"""What is done: every write to procedures and dossiers, one module a noun."""
