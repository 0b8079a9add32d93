"""An account that a user named as theirs."""

from dataclasses import dataclass
from datetime import datetime

from domain.errors import InvalidInput
from domain.ids import LinkedSocialId, UserId
from domain.linked_socials.handles import url_of
from domain.linked_socials.networks import SocialNetwork

MOST_LINKED = 20


class SocialDuplicate(InvalidInput):
    """This account is linked already, perhaps in another spelling."""

    code = "SOCIAL_DUPLICATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedSocial:
    id: LinkedSocialId
    user_id: UserId
    network: SocialNetwork
    handle: str
    linked_at: datetime

    @property
    def url(self) -> str:
        return url_of(self.network, self.handle)
