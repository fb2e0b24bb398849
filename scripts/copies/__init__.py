"""Copies to carry along: one language of the built site, for machines without the internet."""
