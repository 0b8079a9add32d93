"""Projects: what a video is about, stills of it, and what was read out of them for thumbnails and graphics."""
