"""Calls to providers that cost the operator money: written down before they are made, found again, and never made twice."""
