"""Who calls, and what a new account begins with."""
