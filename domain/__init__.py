"""What the product means: values, decisions, services, errors and ports. Imports the standard library only."""
