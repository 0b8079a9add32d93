"""The way in: what a new user does first, and how far they are."""
