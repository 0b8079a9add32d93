"""Stand-ins for the vendors on loopback: they speak the real wire formats, so that the real SDKs run against them unchanged.

Nothing here calls anybody. What they cannot know of the real thing (timing, pictures) they make up, and say so.
"""
