"""What a field does: open a unit of work, call the domain, return domain values."""
