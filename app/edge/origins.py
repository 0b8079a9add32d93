"""Which pages may ask: our own, and those on the list. One rule for HTTP, its preflights, and sockets.

The scheme of our own origin is not compared: behind a proxy that ends TLS this server does not know it.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


class Origins:
    """`public_url` is where the deployment says it is reached, whatever `Host` a proxy sends on."""

    def __init__(self, allowed: Iterable[str] = (), *, public_url: str | None = None) -> None:
        self._allowed = frozenset(filter(None, map(normal, allowed)))
        self._public = normal(public_url) if public_url else None

    def is_allowed(self, origin: str | None, host: str) -> bool:
        """Whether a request with these headers may run. Without `Origin` it is no other page's: a browser would say so."""
        return origin is None or self.is_own(origin, host) or self.is_listed(origin)

    def is_listed(self, origin: str) -> bool:
        """Whether a foreign page may read our answers."""
        return normal(origin) in self._allowed

    def is_own(self, origin: str, host: str) -> bool:
        found = normal(origin)
        if found is None:  # also of "null", which any sandboxed page may say
            return False
        scheme = found.partition(":")[0]
        return found == self._public or (scheme in DEFAULT_PORTS and found == normal(f"{scheme}://{host}"))


def is_origin(text: str) -> bool:
    """Scheme, host and port and nothing more. Apps that show a page of their own have schemes of their own."""
    return normal(text) is not None and text.count("/") == 2


def normal(address: str) -> str | None:
    """Scheme, host and port of an address as a browser writes its origin; None of what has none, or names a user."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        return None
    if not parts.scheme or not parts.hostname or "*" in parts.hostname or "@" in parts.netloc:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port in {None, DEFAULT_PORTS.get(parts.scheme)} else f":{port}")
