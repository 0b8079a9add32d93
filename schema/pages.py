"""Relay connections over keyset pages."""

from collections.abc import Callable
from typing import Generic, TypeVar

import strawberry

from domain.pages import Page

T = TypeVar("T")
S = TypeVar("S")


@strawberry.type(description="Whether there is more, and where to go on.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="More items follow.")
    has_previous_page: bool = strawberry.field(
        description="Items came before: true for every page that had an `after`."
    )
    start_cursor: str | None = strawberry.field(description="Cursor of the first item; null for an empty page.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last item, for the next page's `after`; null for an empty page."
    )


@strawberry.type(description="One item of a page.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="Give it as `after` to go on behind this item.")
    node: T = strawberry.field(description="The item.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="The items, with their cursors.")
    page_info: PageInfo = strawberry.field(description="Whether there is more.")


def connection_of(page: Page[S], dress: Callable[[S], T], *, after: str | None = None) -> Connection[T]:
    return Connection(
        edges=[Edge(cursor=c, node=dress(item)) for item, c in zip(page.items, page.cursors, strict=True)],
        page_info=PageInfo(
            has_next_page=page.has_next,
            has_previous_page=after is not None,
            start_cursor=page.cursors[0] if page.cursors else None,
            end_cursor=page.cursors[-1] if page.cursors else None,
        ),
    )
