"""Files that owners send by themselves: announced, sent past us, looked at byte by byte, and kept only as we draw them anew."""
