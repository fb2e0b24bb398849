"""The finishing steps: what the site needs as a whole, once every language is rendered."""
