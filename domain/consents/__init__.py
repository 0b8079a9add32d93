"""What a person has agreed to, in which words, and whether that still stands."""
