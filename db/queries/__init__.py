"""Reads that serve a page: one statement each, straight to the values a page shows."""
