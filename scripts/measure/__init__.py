"""Measuring the site in a browser: the phone, one page load, one search, and sites of any size."""
