"""Where faces are on a photo, by the cascades that OpenCV brings along. Nothing is downloaded, and nobody is recognised."""
