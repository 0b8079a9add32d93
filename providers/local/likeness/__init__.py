"""What the stand-in for a training learns: the colours of a person, measured on pictures of them, and kept as a small file."""
