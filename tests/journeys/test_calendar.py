"""One's hours, what one keeps for oneself, and what others see of it."""

from datetime import timedelta

from tests.journeys.cast import ALL_DAY, a_host, a_slot, booked
from tests.support.server import Served

MONDAYS = [{"weekday": "monday", "start": "09:00", "end": "12:00"}]


async def test_hours_and_their_exceptions(served: Served):
    host, other = await served.person(), await served.person()
    week = (await host.put("/users/me/availability", {"timezone": "Europe/Berlin", "weeklyHours": MONDAYS})).data
    assert (week["timezone"], week["weeklyHours"]) == ("Europe/Berlin", MONDAYS)
    for path in (f"/availability/{host.account_id}", f"/availability/worker/{host.account_id}", f"/workers/{host.account_id}/availability"):
        assert (await other.get(f"/api{path}")).data["weeklyHours"] == MONDAYS
    tag = (await host.get("/users/me/availability")).headers["ETag"]
    assert (await host.put("/api/availability", {"weeklyHours": ALL_DAY}, headers={"If-Match": tag})).data["version"] > week["version"]
    stale = await host.call("PUT", "/users/me/availability", {"weeklyHours": []}, headers={"If-Match": tag}, expect=412)
    assert stale.reason == "http.changed_meanwhile"
    day = f"{await served.now() + timedelta(days=3):%Y-%m-%d}"
    closed = (await host.put(f"/availability/overrides/{day}", {"windows": []})).data
    assert closed["date"] == day
    assert [one["date"] for one in (await host.get("/availability/overrides")).data["overrides"]] == [day]
    span = f"from={day}T00:00:00%2B01:00&to={day}T23:59:00%2B01:00&duration=60&timezone=Asia/Kolkata"
    for path in (f"/availability/{host.account_id}/slots", f"/availability/worker/{host.account_id}/slots"):
        free = (await other.get(f"{path}?{span}")).data
        assert (free["timezone"], free["slots"]) == ("Asia/Kolkata", [])
    assert (await host.delete(f"/availability/overrides/{day}")).data["deleted"]
    assert (await other.get(f"/availability/{host.account_id}/slots?{span}")).data["slots"]


async def test_time_kept_for_oneself(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    start = await a_slot(served, learner, offer)
    end = (await served.now() + timedelta(days=9)).isoformat()
    kept = (await host.post("/availability/blocks", {"startsAt": start, "endsAt": end, "title": "Holidays"}, expect=201)).data
    assert (await host.get(f"/availability/blocks/{kept['id']}")).data["title"] == "Holidays"
    assert [one["subjectId"] for one in (await host.get("/availability/blocks")).data["entries"]] == [kept["id"]]
    assert await a_slot(served, learner, {"id": offer["id"]}, hours=24 * 10) > end
    other = await learner.get(f"/availability/{host.account_id}/slots?from={start}&to={end.replace('+', '%2B')}")
    assert other.data["slots"] == []
    assert (await learner.call("GET", f"/availability/blocks/{kept['id']}", expect=404)).reason == "calendar.block_not_found"
    assert (await host.delete(f"/availability/blocks/{kept['id']}")).data["deleted"]
    assert await a_slot(served, learner, offer) <= end


async def test_ones_calendar_and_its_feed(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    session = await booked(served, learner, host, offer)
    for client in (host, learner):
        entries = (await client.get("/calendar/entries?kind=session")).data["entries"]
        assert [(one["subjectId"], one["isFirm"]) for one in entries] == [(session["id"], True)]
    url = (await host.post("/calendar/feed", expect=200)).data["url"].removeprefix(host.base)
    program = served.stranger()
    feed = await program.get(url)
    assert feed.headers["content-type"].startswith("text/calendar")
    assert session["id"].encode() in feed.body
    fresh = (await host.post("/calendar/feed", expect=200)).data["url"].removeprefix(host.base)
    assert (await program.call("GET", url, expect=404)).reason == "calendar.feed_not_found"
    await program.get(fresh)
    assert (await host.delete("/calendar/feed")).data["deleted"]
    assert (await program.call("GET", fresh, expect=404)).reason == "calendar.feed_not_found"
