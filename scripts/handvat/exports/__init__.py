"""Exports of the built site: a zip for use without the internet, and the handbook as a PDF, for each language."""
