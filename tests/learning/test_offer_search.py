"""Lessons found by what they are and by when their hosts are free."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest

from skillhall.calendar.commands.availability import SetAvailability, set_availability
from skillhall.kernel.actor import Actor
from skillhall.kernel.refusals import Invalid
from skillhall.learning.commands.book import Book, book
from skillhall.learning.model.searching import looking
from skillhall.learning.module import MODULE
from skillhall.learning.queries import offer_search
from skillhall.learning.queries.offer_search import OfferSearch, search
from skillhall.learning.queries.views import FoundOffer
from tests.kernel.serving import Site, serving
from tests.learning.builders import People
from tests.support.hall import TestHall

A = "/api/v1/offers"
BLOCK = "INSERT INTO identity.block (account_id, blocked_id, blocked_at) VALUES ($1, $2, now())"
HIDE = "UPDATE learning.offer SET hidden_at = now() WHERE id = $1"
SUSPEND = "UPDATE identity.account SET state = 'suspended' WHERE id = $1"
VERIFY = "UPDATE profiles.profile SET is_verified = true WHERE id = $1"
RATE = "UPDATE profiles.profile SET rating = $2 WHERE id = $1"
NOW = datetime(2026, 12, 9, 22, 30, tzinfo=UTC)  # a Wednesday; in Berlin still, in Kolkata Thursday


@pytest.fixture
async def site(hall: TestHall) -> AsyncGenerator[Site]:
    async with serving(hall.runner, MODULE.endpoints) as opened:
        yield opened


async def open_on(people: People, host: Actor, *windows: tuple[str, str, str], zone: str = "UTC") -> None:
    """Let a host be open at these times of these weekdays alone."""
    hours = [{"weekday": day, "start": start, "end": end} for day, start, end in windows]
    body = msgspec.convert({"timezone": zone, "weeklyHours": hours}, SetAvailability)
    await people.hall.run(set_availability, host, body, lambda _version: None)


async def found(people: People, by: UUID | None = None, **query: Any) -> list[FoundOffer]:
    asked = msgspec.convert(query, OfferSearch, strict=False)
    return (await search(await people.hall.read(), asked, by or Actor().account_id)).items


async def ids_of(people: People, **query: Any) -> list[UUID]:
    return [offer.id for offer in await found(people, **query)]


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> set[str]:
    return {error.field for error in refusal.value.details}


def wrong(free_on: str | None = None, free_from: str | None = None, free_to: str | None = None, zone: str = "UTC") -> list[str]:
    return [error.field for error in looking(free_on, free_from, free_to, zone, NOW)[1]]


def periods(free_on: str | None, free_from: str | None = None, free_to: str | None = None, zone: str = "UTC") -> list[tuple[str, str]]:
    look, errors = looking(free_on, free_from, free_to, zone, NOW)
    assert errors == []
    return [(f"{first:%d %H:%M}", f"{after:%d %H:%M}") for first, after in look.periods]


def test_a_weekday_is_the_next_one_on_the_wall_clock_and_today_counts() -> None:
    assert periods("wednesday") == [("09 00:00", "10 00:00")]
    assert periods("Tuesday", "18:00", "24:00") == [("15 18:00", "16 00:00")]
    assert periods("wednesday", zone="Asia/Kolkata") == [("15 18:30", "16 18:30")]
    assert periods("2026-12-24", "18:00", "20:00", "Europe/Berlin") == [("24 17:00", "24 19:00")]


def test_without_a_day_the_next_fortnight_counts() -> None:
    days = periods(None, "18:00")
    assert (len(days), days[0], days[-1]) == (14, ("09 18:00", "10 00:00"), ("22 18:00", "23 00:00"))


def test_a_day_when_clocks_change_is_as_long_as_it_is() -> None:
    look, _ = looking("2027-03-28", None, None, "Europe/Berlin", NOW)
    ((first, after),) = look.periods
    assert after - first == timedelta(hours=23)


def test_what_is_no_day_time_or_zone() -> None:
    for day in ("someday", "2026-02-30", "2026-12-08", "2028-01-01", "", "2026-12-24T10:00"):
        assert wrong(day) == ["freeOn"], day
    assert wrong(free_from="18:00", free_to="18:00") == ["freeTo"]
    assert wrong("someday", "18:00", "09:00", "Mars/Olympus") == ["timezone", "freeTo", "freeOn"]


async def test_everything_wrong_is_told_at_once(people: People) -> None:
    query = {
        "sort": "size", "page": 2, "freeOn": "someday", "timezone": "Mars/Olympus", "minPrice": 5, "maxPrice": 4, "minDuration": 60,
        "maxDuration": 30,
    }  # fmt: skip
    with pytest.raises(Invalid) as refusal:
        await found(people, **query)
    assert fields(refusal) == {"sort", "page", "freeOn", "timezone", "maxPrice", "maxDuration"}
    with pytest.raises(Invalid) as refusal:
        await found(people, sort="relevance", page=2)
    assert fields(refusal) == {"search", "page"}
    for cursor in ("nonsense", "WyJyZWxldmFuY2UiLCJpIiw1LCIwMThmMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDEiXQ"):
        with pytest.raises(Invalid) as refusal:
            await found(people, sort="relevance", search="guitar", cursor=cursor)
        assert fields(refusal) == {"cursor"}


async def test_free_on_a_day_at_most_so_many_credits(people: People) -> None:
    morning, evening, never = [await people.host(name, hours=False) for name in ("Mo Morning", "Eve Evening", "Nia Never")]
    await open_on(people, morning, ("tuesday", "09:00", "12:00"))
    await open_on(people, evening, ("tuesday", "18:00", "21:00"), ("friday", "18:00", "21:00"))
    cheap, dear, late, _none = [
        await people.offer(host, price, instant_booking=True, notice_minutes=0)
        for host, price in ((morning, 20), (morning, 21), (evening, 5), (never, 1))
    ]
    tuesday = (await people.now()).date()
    tuesday += timedelta(days=(1 - tuesday.weekday()) % 7 or 7)
    assert set(await ids_of(people, freeOn=str(tuesday), maxPrice=20)) == {cheap.id, late.id}
    assert await ids_of(people, freeOn=str(tuesday), freeTo="12:00", sort="price") == [cheap.id, dear.id]
    assert await ids_of(people, freeOn=str(tuesday), freeFrom="11:30", freeTo="19:00") == [late.id]
    assert await ids_of(people, freeOn=str(tuesday + timedelta(days=3))) == [late.id]
    (one,) = await found(people, freeOn=str(tuesday), freeFrom="19:15")
    assert one.next_slot
    assert datetime.fromisoformat(one.next_slot.starts_at) == datetime(tuesday.year, tuesday.month, tuesday.day, 19, 30, tzinfo=UTC)
    in_kolkata = await found(people, freeOn=str(tuesday), freeFrom="14:00", freeTo="16:00", timezone="Asia/Kolkata", maxPrice=20)
    assert [offer.id for offer in in_kolkata] == [cheap.id]
    assert all(offer.next_slot is None for offer in await found(people))
    assert len(await found(people)) == 4


async def test_what_is_booked_is_not_free(people: People) -> None:
    host, learner = await people.host(hours=False), await people.person(wallet=100)
    await open_on(people, host, ("tuesday", "09:00", "10:00"))
    offer = await people.offer(host, 1, instant_booking=True, notice_minutes=0, buffer_before_minutes=0, buffer_after_minutes=0)
    day = (await people.now()).date() + timedelta(days=1)
    day += timedelta(days=(1 - day.weekday()) % 7)
    assert await ids_of(people, freeOn=str(day)) == [offer.id]
    await people.hall.run(book, learner, Book(offer_id=offer.id, starts_at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC)))
    assert await ids_of(people, freeOn=str(day)) == []


async def test_sorted_by_price_rating_relevance_and_soonest(people: People) -> None:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    today = (await people.now()).weekday()
    hosts = [await people.host(f"Host {number}", hours=False) for number in range(3)]
    offers: list[UUID] = []
    for number, host in enumerate(hosts):
        await open_on(people, host, (days[(today + 4 - number) % 7], "09:00", "12:00"))
        await people.hall.pool.execute(RATE, host.profile_id, 5.0 - number)
        offers.append((await people.offer(host, (2, 1, 3)[number], instant_booking=True, notice_minutes=0)).id)
    assert await ids_of(people, sort="price") == [offers[1], offers[0], offers[2]]
    assert await ids_of(people, sort="-rating") == offers
    assert await ids_of(people, sort="soonest") == offers[::-1]
    assert await ids_of(people, sort="-rating", freeFrom="09:00", freeTo="12:00") == offers
    assert await ids_of(people, minRating="3.5", sort="-rating") == offers[:2]
    await people.hall.pool.execute("UPDATE learning.offer SET title = 'Learn to teach guitar' WHERE id = $1", offers[0])
    await people.hall.pool.execute("UPDATE learning.offer SET title = 'Bass' WHERE id = $1", offers[1])
    assert await ids_of(people, search="guitar", sort="relevance") == [offers[2], offers[0]]
    assert set(await ids_of(people, search="host 1")) == {offers[1]}


async def test_by_verified_hosts_and_by_their_names(people: People) -> None:
    hosts = [await people.host(name) for name in ("Zoë Möller", "Taro Winter")]
    offers = [await people.offer(host) for host in hosts]
    await people.hall.pool.execute(VERIFY, hosts[0].profile_id)
    assert await ids_of(people, verified=True) == [offers[0].id]
    assert len(await ids_of(people, verified=False)) == 2
    assert await ids_of(people, verified=True, sort="soonest") == [offers[0].id]
    for text in ("zoe mol", "ZOË", "möller"):
        assert await ids_of(people, search=text) == [offers[0].id]
    assert await ids_of(people, search="zoe%winter") == []


async def test_paging_by_cursor_gives_each_once(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offer_search, "AT_FIRST", 4)
    monkeypatch.setattr(offer_search, "AT_ONCE", 4)
    monkeypatch.setattr(offer_search, "MOST_EXAMINED", 8)
    closed, host = await people.host(hours=False), await people.host()
    open_ = [(await people.offer(host if number % 5 == 0 else closed, number)).id for number in range(30)][::5]
    await open_on(people, closed, ("monday", "00:00", "00:15"))
    for query in ({"freeFrom": "00:00"}, {"freeFrom": "00:00", "sort": "price"}, {"freeFrom": "00:00", "sort": "-price"}):
        seen: list[UUID] = []
        cursor, pages = "", 0
        while cursor is not None:
            asked = msgspec.convert({**query, "limit": 2, "cursor": cursor}, OfferSearch, strict=False)
            page = await search(await people.hall.read(), asked, Actor().account_id)
            assert len(page.items) <= 2
            assert (page.next_cursor is not None) == page.has_next
            seen += [offer.id for offer in page.items]
            cursor, pages = page.next_cursor, pages + 1
        assert sorted(seen) == sorted(open_)
        assert pages >= 4
    monkeypatch.setattr(offer_search, "MOST_EXAMINED", 300)
    first = await search(await people.hall.read(), msgspec.convert({"sort": "soonest", "limit": 4}, OfferSearch), Actor().account_id)
    rest = await search(
        await people.hall.read(),
        msgspec.convert({"sort": "soonest", "limit": 4, "cursor": first.next_cursor}, OfferSearch),
        Actor().account_id,
    )
    assert (len(first.items), len(rest.items), rest.next_cursor) == (4, 2, None)
    assert {offer.id for offer in (*first.items, *rest.items)} == set(open_)


async def test_the_blocked_the_hidden_and_the_suspended_are_left_out(people: People) -> None:
    hosts = [await people.host() for _ in range(4)]
    offers = [await people.offer(host) for host in hosts]
    me = await people.person()
    await people.hall.pool.execute(BLOCK, hosts[0].account_id, me.account_id)
    await people.hall.pool.execute(HIDE, offers[1].id)
    await people.hall.pool.execute(SUSPEND, hosts[2].account_id)
    queries: list[dict[str, Any]] = [{}, {"sort": "soonest"}, {"freeFrom": "09:00"}, {"search": "guitar", "sort": "relevance"}]
    for query in queries:
        assert [offer.id for offer in await found(people, me.account_id, **query)] == [offers[3].id]
        assert len(await found(people, **query)) == 2


async def test_over_http_under_both_names(people: People, site: Site) -> None:
    host = await people.host("Zoë Möller")
    offer = await people.offer(host, 20, instant_booking=True)
    skill = (await site.get(f"{A}/{offer.id}")).data["skill"]["slug"]
    for path in (A, f"{A}/search"):
        answer = await site.get(f"{path}?freeFrom=09:00&maxPrice=20&skill={skill}&search=möller&timezone=Europe/Berlin&sort=price")
        assert [one["id"] for one in answer.json["data"]] == [str(offer.id)]
        slot = datetime.fromisoformat(answer.json["data"][0]["nextSlot"]["startsAt"]).astimezone(ZoneInfo("Europe/Berlin"))
        assert slot.hour >= 9
        assert answer.json["pagination"]["total"] is None
    assert (await site.get(f"{A}?maxPrice=20")).json["pagination"]["total"] == 1
    bad = await site.get(f"{A}?freeFrom=9:00&freeTo=25:00&minRating=6&maxPrice=-1")
    assert {error["field"] for error in bad.json["error"]["details"]} == {"freeFrom", "freeTo", "minRating", "maxPrice"}
