"""Offline twins of every provider: deterministic by seed, and able to fail on demand."""
