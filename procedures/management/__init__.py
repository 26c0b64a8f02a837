"""Commands of `manage.py` about procedures."""
