"""Accounts on social networks that a user names as theirs. Nothing is published there, and nobody asks the network."""
