"""Puts the parts together: settings, processes, wiring, HTTP."""
