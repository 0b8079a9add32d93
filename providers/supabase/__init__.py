"""Supabase: verification of its access tokens. Its storage is not built yet."""
