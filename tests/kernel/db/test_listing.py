"""Lists on a real table of values: pages, cursors, filters, counts, and what is refused."""

import base64
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillhall.deploy.hall import open_hall
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.refusals import Invalid
from skillhall.kernel.shapes import ListQuery, Page
from tests.kernel.conftest import KernelHall
from tests.support import database
from tests.support.hall import CONFIG

# Ties in every sort but `place`: a hundred things in groups of seven.
THINGS = Listing(
    columns=sql("t.name, t.place"),
    source=sql("""(
        SELECT ('00000000-0000-0000-0000-' || lpad((g * 7919 % 1000)::text, 12, '0'))::uuid AS id, 'thing_' || g AS name, g AS place,
            g % 7 AS kind, timestamptz '2026-01-01T00:00Z' + (g % 7) * interval '1 day' AS made_at, (g % 7) / 2.0::numeric AS price
        FROM generate_series(1, 100) g) t"""),
    sorts={
        "place": sql("t.place"), "madeAt": sql("t.made_at"), "price": sql("t.price"), "name": sql("t.name"), "kind": sql("t.kind"),
        "day": sql("t.made_at::date"), "id": sql("t.id"), "odd": sql("t.place % 2 = 1"), "half": sql("t.kind / 2.0::float8"),
    },
    default_sort="-madeAt",
    key=sql("t.id"),
    filters={
        "kinds": sql("t.kind = ANY({})"), "around": sql("(t.place >= {} - 1 AND t.place <= {} + 1)"), "is_even": sql("t.place % 2 = 0"),
    },
    search=sql("t.name ILIKE '%' || {} || '%'"),
    always=sql("t.place <> 50"),
)  # fmt: skip
MANY = Listing(
    columns=sql("g"),
    source=sql("generate_series(1, 10500) g"),
    sorts={"g": sql("g")},
    default_sort="g",
    key=sql("('00000000-0000-0000-0000-' || lpad(g::text, 12, '0'))::uuid"),
    filters={"most": sql("g <= {}")},
)


def place(row: Row) -> int:
    return row["place"]


@pytest.fixture(scope="module")
async def hall(server: str, kernel_template: str) -> AsyncGenerator[KernelHall]:
    async with database.database(server, kernel_template) as dsn, open_hall(CONFIG, dsn, ()) as opened:
        yield KernelHall(opened)


@pytest.fixture
async def read(hall: KernelHall) -> Read:
    return await hall.runner.read()


async def test_every_statement_can_be_prepared_and_is_stable(hall: KernelHall) -> None:
    found = list(THINGS.statements())
    async with hall.pool.acquire() as connection:
        for statement in found:
            await connection.prepare(statement)
    assert len(set(found)) == len(found) == 6 * (1 + 9 * 2 * 2)
    assert THINGS.statement("place", ("kinds",), limit=3) == THINGS.statement("place", ("kinds",), limit=20)


@pytest.mark.parametrize("sort", [*THINGS.sorts, *(f"-{sort}" for sort in THINGS.sorts)])
@pytest.mark.parametrize("limit", [7, 33])
async def test_pages_and_cursors_walk_the_same_way_and_miss_nothing(read: Read, sort: str, limit: int) -> None:
    by_page: list[int] = []
    for number in range(1, 100 // limit + 2):
        page = await THINGS.page(read, ListQuery(sort=sort, limit=limit, page=number), decode=place)
        assert (page.total, page.is_capped) == (99, False)
        by_page += page.items
    by_cursor: list[int] = []
    cursor = ""
    while cursor is not None:
        page = await THINGS.page(read, ListQuery(sort=sort, limit=limit, cursor=cursor), decode=place)
        assert page.total is None
        assert page.has_next == (page.next_cursor is not None)
        by_cursor += page.items
        cursor = page.next_cursor
    assert by_page == by_cursor
    assert sorted(by_page) == [number for number in range(1, 101) if number != 50]


async def places(read: Read, query: ListQuery, **where: object) -> list[int]:
    return (await THINGS.page(read, query, decode=place, where=where)).items


async def test_filters_combine_and_absent_ones_are_left_out(read: Read) -> None:
    everything = ListQuery(sort="place", limit=100)
    assert len(await places(read, everything, kinds=None, around=msgspec.UNSET)) == 99
    assert await places(read, everything, around=50) == [49, 51]
    assert await places(read, everything, kinds=[0], is_even=True) == [14, 28, 42, 56, 70, 84, 98]
    assert await places(read, everything, is_even=False, kinds=[0]) == list(range(7, 101, 7))
    assert await places(read, everything, is_even=True, around=50, kinds=[1, 2]) == []
    assert await places(read, ListQuery(sort="place", search="thing_9")) == [9, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99]
    assert await places(read, ListQuery(search="thing%"), around=4) == []
    assert len(await places(read, ListQuery(search="THING_"), around=4)) == 3


async def test_a_null_in_a_sort_is_a_bug_that_says_so(read: Read) -> None:
    listing = Listing(columns=THINGS.columns, source=THINGS.source, sorts={"none": sql("NULL::int")}, default_sort="none", key=THINGS.key)
    with pytest.raises(TypeError, match="coalesce"):
        await listing.page(read, ListQuery(limit=1), decode=place)


async def test_totals_stop_at_ten_thousand(read: Read) -> None:
    query = ListQuery()
    whole = await MANY.page(read, query, decode=lambda row: row["g"])
    assert (whole.total, whole.is_capped, whole.has_next) == (10_000, True, True)
    exact = await MANY.page(read, query, decode=lambda row: row["g"], where={"most": 10_000})
    assert (exact.total, exact.is_capped) == (10_000, False)
    beyond: Page[int] = await MANY.page(read, ListQuery(page=9, limit=100), decode=lambda row: row["g"], where={"most": 120})
    assert (beyond.items, beyond.total, beyond.has_next) == ([], 120, False)


def told(refusal: Invalid) -> list[tuple[str, str]]:
    return [(error.field, error.code) for error in refusal.details]


@pytest.mark.parametrize("sort", ["nope", "--place", "", "place,name", "place; DROP TABLE x"])
async def test_unknown_sorts(read: Read, sort: str) -> None:
    if sort:
        with pytest.raises(Invalid) as caught:
            await places(read, ListQuery(sort=sort))
        assert told(caught.value) == [("sort", "not_an_option")]


async def test_a_list_without_search_says_so(read: Read) -> None:
    with pytest.raises(Invalid) as caught:
        await MANY.page(read, ListQuery(search="a"), decode=str)
    assert told(caught.value) == [("search", "not_an_option")]
    with pytest.raises(LookupError, match="nope"):
        await places(read, ListQuery(), nope=1)


def forged(*parts: object) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(parts)).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "äöü", "!!!", "AAAA", forged(), forged("place"), forged("place", "z", 1, UUID(int=1)),
        forged("place", "i", "one", UUID(int=1)),
        forged("place", "s", "text", UUID(int=1)), forged("place", "i", 2**70, UUID(int=1)), forged("place", "i", 2**40, UUID(int=1)),
        forged("place", "i", 1, "no id"), forged("place", "t", datetime(2026, 1, 1, tzinfo=UTC), UUID(int=1)),
        forged("name", "s", "a", UUID(int=1)),
        forged("place", "i", None, UUID(int=1)), forged("place", "n", "NaN", UUID(int=1)),
    ],
)  # fmt: skip
async def test_foreign_cursors_are_refused(read: Read, cursor: str) -> None:
    with pytest.raises(Invalid) as caught:
        await places(read, ListQuery(sort="place", cursor=cursor))
    assert [field for field, _ in told(caught.value)] == ["cursor"]


async def test_text_that_cannot_be_stored_in_a_cursor(read: Read) -> None:
    with pytest.raises(Invalid):
        await places(read, ListQuery(sort="name", cursor=forged("name", "s", "a\0", UUID(int=1))))


async def test_a_wrong_value_for_a_filter_is_a_bug_not_the_clients(read: Read) -> None:
    with pytest.raises(asyncpg.DataError):
        await places(read, ListQuery(), around="text")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
async def test_any_cursor_is_refused_cleanly(read: Read, cursor: str) -> None:
    if cursor:
        with pytest.raises(Invalid):
            await places(read, ListQuery(cursor=cursor))
