"""Applies an organisation's own edition over the shipped project."""
