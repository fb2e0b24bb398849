"""The content of a knowledge base: languages, pages, sections, sources, contacts. Imports nothing else of the package."""
