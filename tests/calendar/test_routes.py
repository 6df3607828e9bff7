"""Calendar over HTTP: every operation once as it is meant, and what it refuses."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from uuid import UUID

import pytest
from icalendar import Calendar

from skillhall.calendar.api import reserve, uid_of
from skillhall.calendar.module import MODULE
from skillhall.kernel import ids
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import instant
from tests.calendar.builders import MONDAY, a_lesson, an_account, an_entry, hours
from tests.kernel.serving import Site, serving
from tests.support.hall import TestHall

WEEK = [{"weekday": "monday", "start": "09:00", "end": "17:00"}, {"weekday": "sunday", "start": "18:00", "end": "24:00"}]
BLOCK = sql("INSERT INTO identity.block (account_id, blocked_id, blocked_at) VALUES ($1, $2, now())")
PERIOD = f"from={instant(MONDAY)}&to={instant(MONDAY + timedelta(days=7))}"
A = "/api/v1"


@pytest.fixture
async def site(hall: TestHall) -> AsyncGenerator[Site]:
    async with serving(hall.runner, MODULE.endpoints) as opened:
        yield opened


async def test_hours_are_set_read_and_guarded_by_their_tag(hall: TestHall, site: Site) -> None:
    me = await hall.work(an_account)
    empty = await site.get(f"{A}/users/me/availability", me)
    assert empty.data == {"accountId": str(me), "timezone": "UTC", "weeklyHours": [], "overrides": [], "version": 0}
    body = {"timezone": "Europe/Berlin", "weeklyHours": WEEK}
    made = await site.send("PUT", f"{A}/users/me/availability", me, json=body, headers={"If-Match": empty.headers["ETag"]})
    assert made.status == 200
    assert (made.data["timezone"], made.data["weeklyHours"]) == ("Europe/Berlin", WEEK)
    lost = await site.send("PUT", f"{A}/users/me/availability", me, json={"weeklyHours": []}, headers={"If-Match": empty.headers["ETag"]})
    assert lost.status == 412
    other = await hall.work(an_account)
    for path in (f"{A}/availability/{me}", f"{A}/workers/{me}/availability"):
        assert (await site.get(path, other)).data == made.data


async def test_all_wrong_hours_are_named_at_once(hall: TestHall, site: Site) -> None:
    me = await hall.work(an_account)
    windows = [{"weekday": "someday", "start": "9:00", "end": "17:00"}, {"weekday": "monday", "start": "09:00", "end": "24:01"}]
    answer = await site.send("PUT", f"{A}/users/me/availability", me, json={"weeklyHours": windows})
    assert answer.status == 400
    assert {detail["field"] for detail in answer.json["error"]["details"]} >= {
        "weeklyHours.0.weekday",
        "weeklyHours.0.start",
        "weeklyHours.1.end",
    }
    answer = await site.send("PUT", f"{A}/users/me/availability", me, json={"timezone": "Mars/Olympus"})
    assert [detail["code"] for detail in answer.json["error"]["details"]] == ["unknown_timezone"]
    assert (await site.get(f"{A}/users/me/availability", me)).data["version"] == 0


async def test_overrides(hall: TestHall, site: Site) -> None:
    me = await hall.work(an_account)
    path = f"{A}/availability/overrides/{MONDAY.date()}"
    made = await site.send("PUT", path, me, json={"windows": [{"start": "10:00", "end": "11:00"}]})
    assert made.data["date"] == str(MONDAY.date())
    assert (await site.get(f"{A}/users/me/availability", me)).data["overrides"] == [made.data]
    assert (await site.get(f"{A}/availability/overrides", me)).data == {"overrides": [made.data]}
    assert (await site.send("DELETE", path, me)).data == {"id": made.data["id"], "deleted": True}
    gone = await site.send("DELETE", path, me)
    assert (gone.status, gone.reason) == (404, "calendar.override_not_found")
    for on in ("tomorrow", "2026-02-30", "1999-01-01"):
        assert (await site.send("PUT", f"{A}/availability/overrides/{on}", me, json={"windows": []})).status == 400


async def test_blocks(hall: TestHall, site: Site) -> None:
    me, other = [await hall.work(an_account) for _ in range(2)]
    body = {"startsAt": instant(MONDAY), "endsAt": instant(MONDAY + timedelta(days=1)), "title": "Away"}
    made = await site.post(f"{A}/availability/blocks", me, json=body)
    assert made.status == 201
    assert made.headers["Location"].endswith(f"/availability/blocks/{made.data['id']}")
    assert (await site.get(f"{A}/availability/blocks/{made.data['id']}", me)).data == {"id": made.data["id"], **body}
    listed = (await site.get(f"{A}/availability/blocks?{PERIOD}", me)).data["entries"]
    assert [(entry["subjectId"], entry["kind"], entry["isFirm"]) for entry in listed] == [(made.data["id"], "block", False)]
    assert (await site.get(f"{A}/availability/blocks/{made.data['id']}", other)).reason == "calendar.block_not_found"
    assert (await site.send("DELETE", f"{A}/availability/blocks/{made.data['id']}", other)).status == 404
    assert (await site.send("DELETE", f"{A}/availability/blocks/{made.data['id']}", me)).data["deleted"] is True
    assert (await site.get(f"{A}/calendar/entries?{PERIOD}", me)).data == {"entries": []}
    backwards = await site.post(f"{A}/availability/blocks", me, json={**body, "endsAt": body["startsAt"]})
    assert (backwards.status, backwards.reason) == (422, "calendar.period_empty")
    ancient = await site.post(f"{A}/availability/blocks", me, json={**body, "startsAt": "0001-01-01T00:00:00+14:00"})
    assert (ancient.status, ancient.reason) == (400, "http.invalid")
    naive = await site.post(f"{A}/availability/blocks", me, json={**body, "endsAt": "2030-01-01T10:00:00"})
    assert naive.status == 400


async def test_free_slots_are_shown_in_the_asked_zone(hall: TestHall, site: Site) -> None:
    host, me = [await hall.work(an_account) for _ in range(2)]

    async def monday(tx: Tx) -> None:
        await hours(tx, host, {0: [(9 * 60, 12 * 60)]})

    await hall.work(monday)
    await hall.work(reserve, a_lesson(), [an_entry(host, 10)])
    path = f"{A}/availability/{host}/slots"
    shown = (await site.get(f"{path}?{PERIOD}&duration=60&timezone=Asia/Kolkata", me)).data
    day = str(MONDAY.date())
    assert shown == {
        "accountId": str(host),
        "timezone": "Asia/Kolkata",
        "durationMinutes": 60,
        "slots": [
            {
                "startsAt": instant(MONDAY + timedelta(hours=hour)),
                "endsAt": instant(MONDAY + timedelta(hours=hour + 1)),
                "date": day,
                "time": time,
            }
            for hour, time in ((9, "14:30"), (11, "16:30"))
        ],
    }
    assert len((await site.get(f"{path}?{PERIOD}&duration=30&step=15", me)).data["slots"]) == 6
    assert (await site.get(path, me)).status == 200
    for wrong in ("duration=5", "timezone=Mars", "from=2026-01-01", "nonsense=1"):
        assert (await site.get(f"{path}?{wrong}", me)).status == 400
    too_long = await site.get(f"{path}?from={instant(MONDAY)}&to={instant(MONDAY + timedelta(days=63))}", me)
    assert (too_long.status, too_long.reason) == (422, "calendar.period_too_long")


@pytest.mark.parametrize("path", ["/availability/{}", "/availability/{}/slots", "/workers/{}/availability"])
async def test_the_blocked_the_suspended_and_nobody_look_alike(hall: TestHall, site: Site, path: str) -> None:
    me, foe = [await hall.work(an_account) for _ in range(2)]

    async def hidden(tx: Tx) -> UUID:
        await tx.run(BLOCK, foe, me)
        return await an_account(tx, state="suspended")

    for whom in (await hall.work(hidden), foe, ids.new()):
        answer = await site.get(A + path.format(whom), me)
        assert (answer.status, answer.reason) == (404, "identity.account_not_found")


async def test_strangers_see_nobodys_time(site: Site) -> None:
    for path in ("/users/me/availability", f"/availability/{ids.new()}", f"/availability/{ids.new()}/slots", "/calendar/entries"):
        assert (await site.get(A + path)).status == 401


async def test_a_feed_is_read_by_its_link_alone(hall: TestHall, site: Site) -> None:
    me, lesson = await hall.work(an_account), a_lesson()
    await hall.work(reserve, lesson, [an_entry(me, title="Guitar, first steps")])
    made = await site.post(f"{A}/calendar/feed", me)
    link = made.data["url"][made.data["url"].index(A) :]
    file = await site.get(link)
    assert file.headers["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(file.body).walk("VEVENT")
    assert (str(event.uid), str(event["summary"])) == (uid_of(lesson.id), "Guitar, first steps")
    assert (await site.get(f"{A}/calendar/entries?{PERIOD}", me)).data["entries"][0]["title"] == "Guitar, first steps"
    again = await site.post(f"{A}/calendar/feed", me, headers={"Idempotency-Key": "one-and-the-same"})
    assert again.data != made.data
    assert (await site.get(link)).reason == "calendar.feed_not_found"
    assert (await site.send("DELETE", f"{A}/calendar/feed", me)).data == {"id": str(me), "deleted": True}
    assert (await site.send("DELETE", f"{A}/calendar/feed", me)).status == 404
