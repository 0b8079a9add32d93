"""What a user types or pastes becomes a name on a network: with or without @, or the address of the profile."""

import re
import unicodedata
from urllib.parse import quote, unquote, urlsplit

from domain.errors import InvalidInput
from domain.linked_socials.networks import NETWORKS, Network, SocialNetwork

LONGEST_GIVEN = 300
ADDRESS = re.compile(r"(?:https?:)?//|(?:[\w-]+\.)+[a-z]{2,}(?:/|$)", re.IGNORECASE)
AROUND = " \t\r\n\u00a0\u200b\u200e\u200f\u2060\ufeff<>\"'"
"""What comes along when something is copied."""


class HandleInvalid(InvalidInput):
    """No account of this network is called that, or the address leads to no profile. The message says what is allowed."""

    code = "HANDLE_INVALID"


class NetworkUnsaid(HandleInvalid):
    """A name alone, which could be on any network."""


def named(given: str, network: SocialNetwork | None) -> tuple[SocialNetwork, str]:
    """The network and the name. Without a network, `given` has to be an address. Raises `HandleInvalid`."""
    text = unicodedata.normalize("NFC", given[: LONGEST_GIVEN + 1]).strip(AROUND)
    if len(text) > LONGEST_GIVEN:
        raise HandleInvalid(f"That is longer than {LONGEST_GIVEN} characters. Give the name alone.", field="handle")
    if (found := _in_address(text, network)) is not None:
        return found
    if network is None:
        raise NetworkUnsaid("Say which network this name is on, or paste the address of the profile.", field="network")
    return network, _checked(text.removeprefix("@"), NETWORKS[network])


def key_of(network: SocialNetwork, handle: str) -> str:
    """Equal for two spellings of one account."""
    ignored = NETWORKS[network].ignores
    return "".join(letter for letter in handle.lower() if letter not in ignored)


def url_of(network: SocialNetwork, handle: str) -> str:
    """Of the profile."""
    known = NETWORKS[network]
    folder = "" if "/" in handle else known.folder
    return known.url.format(quote(folder + handle, safe="/"))


def _in_address(text: str, network: SocialNetwork | None) -> tuple[SocialNetwork, str] | None:
    """None for what is no address. A name may look like a host ("ada.com"): with a network and without a path it is a name."""
    begins = ADDRESS.match(text)
    if begins is None or (network and "/" not in text):
        return None
    parts = urlsplit(text if "//" in begins[0] else f"//{text}")
    whose = _network_at((parts.hostname or "").lower())
    if whose is None:
        raise HandleInvalid(f"That is no address of {_labels()}.", field="handle")
    if network and network is not whose:
        raise HandleInvalid(
            f"That is an address of {NETWORKS[whose].label}, not of {NETWORKS[network].label}.", field="handle"
        )
    known = NETWORKS[whose]
    match = known.profile.fullmatch(unquote(f"{parts.path}?{parts.query}" if parts.query else parts.path))
    handle = next(filter(None, match.groups()), "") if match else ""
    if not handle or handle.lower() in known.taken:
        raise HandleInvalid(
            f"That address leads to no profile of {known.label}. One looks like {known.url.format(f'{known.folder}name')}.",
            field="handle",
        )
    return whose, _checked(handle, known)


def _network_at(host: str) -> SocialNetwork | None:
    for network, known in NETWORKS.items():
        if any(host == name or host.endswith(f".{name}") for name in known.hosts):
            return network
    return None


def _checked(handle: str, known: Network) -> str:
    bare = "".join(c for c in handle if unicodedata.category(c)[0] != "M") if known.any_script else handle
    if not known.handle.fullmatch(bare):
        raise HandleInvalid(f"That is no name on {known.label}. Allowed: {known.allowed}.", field="handle")
    return handle if known.keeps_case else handle.lower()


def _labels() -> str:
    *first, last = (known.label for known in NETWORKS.values())
    return f"{', '.join(first)} or {last}"
