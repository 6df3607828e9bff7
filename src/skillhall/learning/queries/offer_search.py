"""Searching lessons on sale, also by when their hosts are free.

Offers are found by index; who of them is free is worked out for a hundred hosts at once, for no index can hold it. So one page looks at
no more than `MOST_EXAMINED` offers: it may come short, even empty, and its cursor goes on behind the last one looked at.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Annotated, Final, cast
from uuid import UUID

from msgspec import Meta
from msgspec.structs import replace

from skillhall.calendar.api import LocalTime, Slot, soonest
from skillhall.kernel.db.listing import decoded, encoded
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Asset
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import ListQuery, Page
from skillhall.learning.model.searching import Looking, looking
from skillhall.learning.queries.offers import OFFERS, found_offer, wants_of
from skillhall.learning.queries.prices import priced_in
from skillhall.learning.queries.views import FoundOffer

AT_FIRST, AT_ONCE = 50, 100  # fifty fill a page of twenty as a rule, for half the work
FIRST_PAGE: Final = 20
MOST_EXAMINED: Final = 300
RANKED: Final = ("soonest", "relevance")

Minutes = Annotated[int, Meta(ge=15, le=480)]
Amount = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class OfferSearch(ListQuery, frozen=True, kw_only=True):
    """Filters of the search. `hostId` is an account or one of its profiles, `skill` a slug; durations are minutes.

    Prices are in minor units of `currency`; without it of credits, or of money where there are none. Filtering and sorting by price leave
    the lessons priced so, and the free ones. `currency` alone leaves those priced in it.

    `verified` leaves the lessons given by a profile that staff has verified.

    `freeOn` is a date or a weekday (the next such day, today included), `freeFrom` and `freeTo` are local times between which the lesson
    lies; all three are on the wall clock of `timezone` (UTC when absent), and without `freeOn` the next 14 days count. With any of
    them, or by sort `soonest`, only who is free is shown, each with `nextSlot`, and paging is by cursor.
    """

    host_id: UUID | None = None
    skill_id: UUID | None = None
    skill: Annotated[str, Meta(max_length=100)] | None = None
    category: Annotated[str, Meta(max_length=100)] | None = None
    instant_booking: bool | None = None
    duration_minutes: Minutes | None = None
    min_duration: Minutes | None = None
    max_duration: Minutes | None = None
    min_price: Amount | None = None
    max_price: Amount | None = None
    currency: Asset | None = None
    min_rating: Annotated[float, Meta(ge=1, le=5)] | None = None
    verified: bool = False
    free_on: Annotated[str, Meta(max_length=20, examples=["tuesday", "2026-12-24"])] | None = None
    free_from: LocalTime | None = None
    free_to: LocalTime | None = None
    timezone: Annotated[str, Meta(max_length=64)] = "UTC"

    @property
    def asks_free(self) -> bool:
        """Whether free time counts."""
        return self.sort == "soonest" or (self.free_on, self.free_from, self.free_to) != (None, None, None)


async def search(read: Read, query: OfferSearch, account_id: UUID) -> Page[FoundOffer]:
    """Return lessons on sale, without those of hosts who are hidden, inactive or apart from the caller by a block."""
    look = _checked(read, query)
    where = {
        "host": query.host_id,
        "skill": query.skill_id,
        "slug": query.skill,
        "category": query.category,
        "instant": query.instant_booking,
        "duration": query.duration_minutes,
        "shortest": query.min_duration,
        "longest": query.max_duration,
        **priced_in(read, query.currency, query.sort, query.min_price, query.max_price),
        "cheapest": query.min_price,
        "dearest": query.max_price,
        "rating": query.min_rating,
        "verified": query.verified,
        "open": query.asks_free,
        "viewer": account_id,
    }
    if query.sort in RANKED:
        return await _ranked(read, query, query.sort, where, look)
    if query.asks_free:
        return await _free(read, query, query.sort or OFFERS.default_sort, where, look)
    return await OFFERS.page(read, query, decode=found_offer, where=where)


async def _free(read: Read, query: OfferSearch, sort: str, where: Mapping[str, object], look: Looking) -> Page[FoundOffer]:
    """Return those who are free among the next offers in this order."""
    items: list[FoundOffer] = []
    cursor, examined = query.cursor or "", 0
    while True:
        size = AT_ONCE if examined or query.limit > FIRST_PAGE else AT_FIRST
        page = await OFFERS.page(read, replace(query, sort=sort, cursor=cursor, limit=size), decode=_row, where=where)
        slots = await _slots(read, page.items, look)
        for index, row in enumerate(page.items, 1):
            cursor = encoded(sort, row)
            if row["id"] in slots:
                items.append(found_offer(row, slots[row["id"]]))
                if len(items) == query.limit:
                    return _page(query, items, cursor if page.has_next or index < len(page.items) else None)
        examined += len(page.items)
        if not page.has_next or examined >= MOST_EXAMINED:
            return _page(query, items, cursor if page.has_next else None)


async def _ranked(read: Read, query: OfferSearch, sort: str, where: Mapping[str, object], look: Looking) -> Page[FoundOffer]:
    """Return the newest `MOST_EXAMINED` offers that match in an order no index has: by first free slot, or by what the text meets."""
    rows: list[Row] = []
    cursor: str | None = ""
    while cursor is not None and len(rows) < MOST_EXAMINED:
        page = await OFFERS.page(read, replace(query, sort=OFFERS.default_sort, cursor=cursor, limit=AT_ONCE), decode=_row, where=where)
        rows += page.items
        cursor = page.next_cursor
    slots = await _slots(read, rows, look) if query.asks_free else {}
    if query.asks_free:
        rows = [row for row in rows if row["id"] in slots]
    ranks = {
        row["id"]: (slots[row["id"]].starts_at if sort == "soonest" else _relevance(row, query.search or ""), -row["id"].int)
        for row in rows
    }
    after = _behind(query.cursor, sort) if query.cursor else ("", 0)
    left = sorted((row for row in rows if ranks[row["id"]] > after), key=lambda row: ranks[row["id"]])
    shown = left[: query.limit]
    behind = None
    if len(left) > len(shown):
        last = {"cursor_value": ranks[shown[-1]["id"]][0], "cursor_key": shown[-1]["id"]}
        behind = encoded(sort, cast("Row", last))
    return _page(query, [found_offer(row, slots.get(row["id"])) for row in shown], behind)


def _behind(text: str, sort: str) -> tuple[str, int]:
    """Return the rank that a cursor of a ranked search stands for."""
    cursor = decoded(text, sort)
    if not isinstance(cursor.value, str):
        raise Invalid(FieldError("cursor", "query", "invalid", "This is not a cursor of this list."))
    return cursor.value, -cursor.key.int


def _relevance(row: Row, search: str) -> str:
    """Return how well an offer meets the text, best first: its title's beginning, a word of the title, the title, the skill, the host."""
    wanted, title = _plain(search), _plain(row["title"])
    if title.startswith(wanted):
        return "0"
    if f" {wanted}" in title:
        return "1"
    return "2" if wanted in title else "3" if wanted in _plain(row["skill_name"]) else "4"


def _plain(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))


async def _slots(read: Read, rows: Sequence[Row], look: Looking) -> dict[UUID, Slot]:
    return await soonest(read, wants_of(read, rows), look.periods, whole=look.whole)


def _checked(read: Read, query: OfferSearch) -> Looking:
    """Return when to look, or refuse everything that is wrong."""
    look, errors = looking(query.free_on, query.free_from, query.free_to, query.timezone, read.now)
    for least, most, field in (
        (query.min_price, query.max_price, "maxPrice"),
        (query.min_duration, query.max_duration, "maxDuration"),
    ):
        if least is not None and most is not None and least > most:
            errors.append(FieldError(field, "query", "learning.range", "Must not be less than the minimum."))
    sort = query.sort or OFFERS.default_sort
    if sort not in RANKED and sort.removeprefix("-") not in OFFERS.sorts:
        sorts = ", ".join(sorted((*OFFERS.sorts, *RANKED)))
        errors.append(
            FieldError("sort", "query", "not_an_option", f"Sort by one of: {sorts}; a leading - turns the order of all but the last two.")
        )
    if sort == "relevance" and not query.search:
        errors.append(FieldError("search", "query", "missing", "Sorting by relevance needs a text to search for."))
    if query.page > 1 and (query.asks_free or sort in RANKED):
        errors.append(
            FieldError("page", "query", "learning.by_cursor", "These pages follow each other by cursor: send `nextCursor` as `cursor`.")
        )
    if errors:
        raise Invalid(*errors)
    return look


def _page(query: OfferSearch, items: list[FoundOffer], behind: str | None) -> Page[FoundOffer]:
    return Page(
        items=items, page=query.page, limit=query.limit, total=None, is_capped=False, has_next=behind is not None, next_cursor=behind
    )


def _row(row: Row) -> Row:
    return row
