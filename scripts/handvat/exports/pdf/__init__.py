"""The handbook: the site as a PDF for each language."""
