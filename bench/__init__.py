"""Measurements of the whole house as `make demo` runs it, printed as one JSON object a line; `make bench` runs them."""
