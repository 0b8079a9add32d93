"""Fields whose value may be known already: read together with its object, in the same statement, because it was asked for.

Such a field has a resolver for when it is not, and says in its metadata under `KNOWN_AS` which attribute to look at first.
"""

from typing import Final

KNOWN_AS: Final = "known_as"


class Unknown:
    """Nobody read it yet: the resolver has to."""


UNKNOWN: Final = Unknown()
