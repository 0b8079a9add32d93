"""Many images in one file, to be taken away."""
