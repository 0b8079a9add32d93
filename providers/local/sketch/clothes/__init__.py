"""Clothes: cut to the body (cuts), made of cloth (cloth), combined into outfits (wardrobe)."""
