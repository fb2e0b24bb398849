"""Builds and checks the Handvat knowledge base."""
