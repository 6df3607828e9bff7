"""A host has another calendar elsewhere; what is in it is not offered to learners, and nobody learns what it is."""

from datetime import timedelta
from typing import Any

from tests.calendar.elsewhere import a_calendar, elsewhere_opened
from tests.journeys.cast import a_host, book, slots
from tests.support.client import Client
from tests.support.server import Served, eventually, moment


async def status(client: Client, made: dict[str, Any]) -> tuple[str, int]:
    """Return how reading an import went, and how many busy times it gave."""
    found = (await client.get(f"/calendar/imports/{made['id']}")).data
    return found["status"], found["busyTimes"]


async def test_another_calendar_keeps_its_hours_free(served: Served):
    host, offer = await a_host(served, instantBooking=True)
    learner = await served.person()
    day = (await served.now() + timedelta(days=3)).replace(hour=0, minute=0, second=0, microsecond=0)
    busy = (day + timedelta(hours=9), day + timedelta(hours=12))
    async with elsewhere_opened() as elsewhere:
        elsewhere.file = a_calendar(busy, summary="Dentist")
        body = {"url": f"{elsewhere.url}/private-1f2e3d.ics", "name": "Work"}
        made = (await host.post("/calendar/imports", body, expect=201)).data
        await eventually(lambda: status(host, made), ("ok", 1))
        starts = [moment(start) for start in await slots(learner, offer, day, days=1)]
        assert starts
        assert not [start for start in starts if busy[0] - timedelta(minutes=59) <= start < busy[1]]
        own = (await host.get("/calendar/entries?kind=import")).data["entries"]
        assert [(one["title"], one["isFirm"], one["subjectId"]) for one in own] == [("Work", False, made["id"])]
        assert [one["id"] for one in (await host.get("/calendar/imports")).data["imports"]] == [made["id"]]
        assert (await learner.get("/calendar/imports")).data["imports"] == []
        assert (await learner.call("GET", f"/calendar/imports/{made['id']}", expect=404)).reason == "calendar.import_not_found"
        again = await host.call("POST", "/calendar/imports", body, expect=409)
        assert again.reason == "calendar.import_exists"
        elsewhere.file = a_calendar(busy, (day + timedelta(hours=15), day + timedelta(hours=16)))
        assert (await host.post(f"/calendar/imports/{made['id']}/refresh", expect=202)).data["id"] == made["id"]
        await eventually(lambda: status(host, made), ("ok", 2))
        elsewhere.file = b"<html>Please sign in</html>"
        await host.post(f"/calendar/imports/{made['id']}/refresh", expect=202)
        await eventually(lambda: status(host, made), ("failing", 2))
        failing = (await host.get(f"/calendar/imports/{made['id']}")).data
        assert (failing["problem"], failing["problemText"]) == (
            "not_a_calendar",
            "What is at this address is no calendar (iCalendar, .ics).",
        )
        changed = (await host.patch(f"/calendar/imports/{made['id']}", {"name": "Practice"})).data
        assert (changed["name"], changed["version"]) == ("Practice", 2)
        assert (await host.delete(f"/calendar/imports/{made['id']}")).data["deleted"]
    assert moment((await book(learner, offer, busy[0].isoformat()))["startsAt"]) == busy[0]


async def test_an_address_must_be_one_of_the_internet(served: Served):
    member = await served.person()
    for url in ("ftp://example.org/a.ics", "http://10.0.0.1/a.ics", "http://169.254.169.254/latest/meta-data", "calendar"):
        refused = await member.call("POST", "/calendar/imports", {"url": url}, expect=400)
        assert [error["field"] for error in refused.error["details"]] == ["url"]
    both = await member.call("POST", "/calendar/imports", {"url": 5, "name": "two\nlines"}, expect=400)
    assert {error["field"] for error in both.error["details"]} == {"url", "name"}
