"""Exports of the finished site: a zip and a PDF for each language."""
