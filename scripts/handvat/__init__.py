"""Build and check the Handvat knowledge base."""
