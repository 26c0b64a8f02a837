"""What a procedure says of itself, in plain Python: its definition, and what follows from it for answers, papers and fees."""
