"""Pages without a sort key: what is ordered by rank, where the cursor is a number, and short lists that come whole."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, Final, TypeVar

from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import ListQuery, Page

T = TypeVar("T")
FARTHEST: Final = 10_000


def offset_of(query: ListQuery) -> int:
    """Return how many to skip."""
    if not query.cursor:
        return min((query.page - 1) * query.limit, 10**9)
    try:
        return min(max(int(base64.urlsafe_b64decode(query.cursor)), 0), FARTHEST)
    except (ValueError, binascii.Error) as error:
        raise Invalid(FieldError("cursor", "query", "invalid", "This is not a cursor of this list.")) from error


def page_of(items: Sequence[T], query: ListQuery, total: int, most: int) -> Page[T]:
    """Return the page of these items out of `total`, which is only counted up to `most`."""
    end = offset_of(query) + len(items)
    has_next = end < min(total, most)
    return Page(
        items=list(items),
        page=query.page,
        limit=query.limit,
        total=None if query.cursor is not None else min(total, most),
        is_capped=total > most,
        has_next=has_next,
        next_cursor=base64.urlsafe_b64encode(str(end).encode()).decode() if has_next else None,
    )


def showing(page: Page[Any], items: list[T]) -> Page[T]:
    """Return the page with these views of its rows."""
    return Page(
        items=items,
        page=page.page,
        limit=page.limit,
        total=page.total,
        is_capped=page.is_capped,
        has_next=page.has_next,
        next_cursor=page.next_cursor,
    )


def whole(items: list[T]) -> Page[T]:
    """Return a short list as its one page."""
    return Page(items=items, page=1, limit=max(len(items), 1), total=len(items), is_capped=False, has_next=False, next_cursor=None)
