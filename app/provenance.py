"""Who signs pictures in this deployment. For workers and the command: the API signs none, and has no key."""

from app.settings import Settings
from app.wiring import utc_now
from providers.provenance.identity import GivenIdentity, Identities, OwnIdentity


def make_identities(settings: Settings) -> Identities:
    """Makes and reads nothing by itself."""
    given = settings.provenance
    if given is None:
        return OwnIdentity(settings.data_dir / "provenance", now=utc_now)
    return GivenIdentity(given.chain, given.key, now=utc_now)
