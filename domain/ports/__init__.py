"""What the domain needs from outside, one protocol per file, with what it promises and what it raises."""
