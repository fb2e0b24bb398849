"""What a page shows: Markdown and data in, markup out, through the templates of `overrides/`."""
