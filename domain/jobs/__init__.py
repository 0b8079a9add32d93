"""A request for images, from acceptance to the last one settled."""
