"""The tables of payments, step by step."""
