"""Who may call a root field. Each declares one of these; a test fails on one that does not."""

from typing import Any

from strawberry.permission import BasePermission
from strawberry.types import Info

from domain.errors import NotAllowed
from resolvers.context import Context


class SignedIn(BasePermission):
    """Needs an access token. Raises `SignInRequired`, whose code goes on the wire."""

    def has_permission(self, source: Any, info: Info[Context, None], **kwargs: Any) -> bool:
        return bool(info.context.user_id)


class Admin(BasePermission):
    """Needs a token with the admin role. Raises `SignInRequired` and `NotAllowed`."""

    def has_permission(self, source: Any, info: Info[Context, None], **kwargs: Any) -> bool:
        context = info.context
        if not (context.user_id and context.actor and context.actor.is_admin):
            raise NotAllowed("This is for administrators: it needs a token with the admin role.")
        return True


class Public(BasePermission):
    """Anyone, signed in or not."""

    def has_permission(self, source: Any, info: Info[Context, None], **kwargs: Any) -> bool:
        return True
