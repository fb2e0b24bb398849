"""Builds the site: check, render, post-process, swap."""
