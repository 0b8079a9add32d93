"""LoRAs: adapters trained on pictures of a subject, so that its face stays the same in whatever is drawn of it."""
