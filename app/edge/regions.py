"""Where a caller is, as the operator's proxy says in a header of its own.

Whoever reaches us past that proxy could say anything: the operator closes that way, and the proxy replaces what clients send.
A header that is there twice says that it did not, and counts as none.
"""

from starlette.types import Scope

LONGEST = 16


def region_of(scope: Scope, header: bytes) -> str:
    """In upper case; empty where nobody said, or it was said twice."""
    said = [value for name, value in scope["headers"] if name == header] if header else []
    if len(said) != 1 or len(said[0]) > LONGEST:
        return ""
    value: str = said[0].decode("latin-1")
    return value.strip().upper()
