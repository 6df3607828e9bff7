"""Somebody looks for a lesson: on a day on which the host is free, for no more than so many credits."""

from datetime import timedelta
from typing import Any

from tests.journeys.cast import a_host, an_offer, book
from tests.support.client import Client
from tests.support.server import Served, moment


async def found(client: Client, query: str, path: str = "/offers/search") -> list[dict[str, Any]]:
    """Return what a search finds."""
    return (await client.get(f"{path}?{query}")).data


async def test_free_on_a_day_at_most_so_many_credits(served: Served):
    host, cheap = await a_host(served, price=0, title="Cello by candlelight", instantBooking=True, noticeMinutes=0)
    dear = await an_offer(host, price=40, title="Cello by candlelight, long", durationMinutes=120)
    learner = await served.person()
    tuesday = await served.now() + timedelta(days=7)
    tuesday = (tuesday + timedelta(days=(1 - tuesday.weekday()) % 7)).replace(hour=0, minute=0, second=0, microsecond=0)
    on_tuesday = f"hostId={host.account_id}&freeOn={tuesday:%Y-%m-%d}&freeFrom=18:00&freeTo=20:00"
    both = await found(learner, f"{on_tuesday}&sort=price")
    assert [one["id"] for one in both] == [cheap["id"], dear["id"]]
    assert {one["nextSlot"]["startsAt"] for one in both} == {f"{tuesday:%Y-%m-%dT}18:00:00.000Z"}
    assert [one["id"] for one in await found(learner, f"{on_tuesday}&maxPrice=20")] == [cheap["id"]]
    assert [one["id"] for one in await found(served.stranger(), f"{on_tuesday}&minDuration=90", "/offers")] == [dear["id"]]
    session = await book(learner, cheap, (await found(learner, f"{on_tuesday}&maxPrice=20"))[0]["nextSlot"]["startsAt"])
    assert moment(session["startsAt"]) == tuesday + timedelta(hours=18)
    after = await found(learner, f"{on_tuesday}&maxPrice=20")
    assert [one["nextSlot"]["startsAt"] for one in after] == [f"{tuesday:%Y-%m-%dT}19:00:00.000Z"]
    assert await found(learner, f"{on_tuesday}&minDuration=90") == []


async def test_the_soonest_and_the_best_match(served: Served):
    host, first = await a_host(served, price=0, title="Xylophone from scratch")
    await an_offer(host, price=0, title="The art of the xylophone")
    learner = await served.person()
    best = await found(learner, f"hostId={host.account_id}&search=xylophone&sort=relevance")
    assert [one["title"] for one in best] == ["Xylophone from scratch", "The art of the xylophone"]
    page = (await learner.get(f"/offers/search?hostId={host.account_id}&sort=soonest&limit=1")).body
    assert page["pagination"]["hasNext"]
    rest = await found(learner, f"hostId={host.account_id}&sort=soonest&limit=1&cursor={page['pagination']['nextCursor']}")
    assert {page["data"][0]["title"], rest[0]["title"]} == {one["title"] for one in best}
    assert first["id"] in {page["data"][0]["id"], rest[0]["id"]}
    wrong = await learner.call("GET", "/offers/search?freeOn=someday&minPrice=5&maxPrice=4&timezone=Mars/Olympus", expect=400)
    assert {error["field"] for error in wrong.error["details"]} == {"freeOn", "maxPrice", "timezone"}
