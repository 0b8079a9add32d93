"""Who may call a root field. Each declares one of these; a test fails on one that does not."""

from typing import Any

from strawberry.permission import BasePermission
from strawberry.types import Info

from resolvers.context import Context


class SignedIn(BasePermission):
    """Needs an access token. Raises `SignInRequired`, whose code goes on the wire."""

    def has_permission(self, source: Any, info: Info[Context, None], **kwargs: Any) -> bool:
        return bool(info.context.user_id)


class Public(BasePermission):
    """Anyone, signed in or not."""

    def has_permission(self, source: Any, info: Info[Context, None], **kwargs: Any) -> bool:
        return True
