"""Other people's machines behind our ports, and their offline twins."""
