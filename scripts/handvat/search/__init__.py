"""Search in the browser: what it reads of each page, and the index of each language."""
