"""A person's own photos made into portraits: cut out, framed, lit and set before another background. No model.

What a photo does not show cannot be had: clothes, hair, glasses, the expression and the turn of the head stay as they were
photographed. A face is never stretched and never mirrored. Read portrait.py first.
"""

from providers.local.composing.portrait import Composition, composed

__all__ = ["Composition", "composed"]
