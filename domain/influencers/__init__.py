"""A synthetic adult character: how it looks, and what it becomes."""
