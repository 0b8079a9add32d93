"""Supabase: verification of its access tokens, and its storage."""
