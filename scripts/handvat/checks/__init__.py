"""The checks: small rules over the knowledge base, listed once in `rules.py`."""
