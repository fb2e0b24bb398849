"""Paper: the finished site as one book for each language."""
