"""How domain values are kept. Each repository writes within the unit of work's transaction and returns domain values."""
