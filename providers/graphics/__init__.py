"""A finished picture made into a platform's graphic: its exact size, words and logo inside the safe area, few enough bytes. Our own pixels."""
