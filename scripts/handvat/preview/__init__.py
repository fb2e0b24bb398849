"""Shows the site while it is edited."""
