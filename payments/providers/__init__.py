"""Ways to pay, each behind the same few methods; table.py lists them."""
