"""The ground floor: what a language, page, section, source and contact is. Imports nothing above it."""
