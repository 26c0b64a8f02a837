"""The tables of look-ups, step by step."""
