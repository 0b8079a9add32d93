"""Guides for models that follow a pose."""
