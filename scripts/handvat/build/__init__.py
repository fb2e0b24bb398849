"""Build the site: check, render, post-process, swap."""
