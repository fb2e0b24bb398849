"""An organisation's own edition: its settings, its files over the shipped ones, and what is left out."""
