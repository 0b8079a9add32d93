"""A real person's likeness: whose it is, the photos it is made from, and what to do next."""
