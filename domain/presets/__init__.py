"""Scenes, environments, outfits, sizes and character traits: the catalogue a studio is built from, as data."""
