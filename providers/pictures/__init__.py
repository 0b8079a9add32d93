"""Pictures that strangers sent. Their outline is read here, byte by byte; their pixels in a process of their own."""
