"""Builds what search reads in the browser: an index for each language, and the help in danger."""
