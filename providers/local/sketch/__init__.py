"""The drawing behind the local provider: a synthetic adult, painted from numbers with Pillow and numpy.

Read compose.py first: it is the picture from back to front. identity.py holds who is drawn, pose.py how they stand,
mood.py in which light; the rest paints.
"""

from providers.local.sketch.compose import draw_sketch

__all__ = ["draw_sketch"]
