"""Learning over HTTP: every operation once as it is meant, and what it refuses."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any, cast

import jwt
import pytest
from icalendar import Calendar

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.shapes import instant
from skillhall.learning.api import hide_offer, show_offer
from skillhall.learning.commands.change_offer import ChangeOffer, change_offer
from skillhall.learning.commands.confirm import confirm
from skillhall.learning.commands.join import join
from skillhall.learning.commands.personal_data import LearningData, LearningObligations
from skillhall.learning.module import MODULE
from skillhall.learning.queries.session import session_view
from skillhall.learning.queries.sessions import SessionQuery, sessions
from tests.disputes.builders import Court
from tests.kernel.serving import Answered, Site, serving
from tests.learning.builders import DAY, HOUR, MINUTE, STAFF, People, outcome
from tests.support.hall import TestHall, test_hall

A = "/api/v1"
CREDIT = "CREDIT"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.fixture
async def site(hall: TestHall) -> AsyncGenerator[Site]:
    async with serving(hall.runner, MODULE.endpoints) as opened:
        yield opened


async def _post(site: Site, path: str, by: Actor, body: dict[str, Any] | None = None, **headers: str) -> Answered:
    return await site.post(f"{A}{path}", by.account_id, json=body or {}, headers=headers)


async def test_an_offer_is_made_found_changed_and_withdrawn(people: People, site: Site) -> None:
    host, other, skill_id = await people.host("Hana Host"), await people.person(), await people.skill()
    body: dict[str, Any] = {"skillId": str(skill_id), "title": "Watercolour for beginners", "durationMinutes": 45, "price": 20}
    made = await _post(site, "/offers", host, body)
    assert (made.status, made.headers["Location"]) == (201, f"{A}/offers/{made.data['id']}")
    offer_id = made.data["id"]
    assert made.data["price"] == {"amount": 20, "currency": CREDIT}
    assert (made.data["bufferBeforeMinutes"], made.data["bufferAfterMinutes"], made.data["instantBooking"]) == (5, 5, False)
    card = {"id": str(host.profile_id), "displayName": "Hana Host", "username": None, "avatarUrl": None, "rating": None}
    assert made.data["host"] == card
    by_host = (f"hostId={host.account_id}", f"hostId={host.profile_id}")
    for query in ("search=watercolour", *by_host, f"skillId={skill_id}&maxPrice=20", "durationMinutes=45"):
        found = await site.get(f"{A}/offers?{query}")
        assert [item["id"] for item in found.json["data"]] == [offer_id], query
    assert (await site.get(f"{A}/offers?search=oil&minPrice=21")).json["data"] == []
    tag = (await site.get(f"{A}/offers/{offer_id}")).headers["ETag"]
    change = {"json": {"title": "Watercolour, step by step", "price": {"amount": 25, "currency": CREDIT}}}
    changed = await site.send("PATCH", f"{A}/offers/{offer_id}", host.account_id, headers={"If-Match": tag}, **change)
    assert (changed.status, changed.data["price"]["amount"], changed.data["durationMinutes"]) == (200, 25, 45)
    lost = await site.send("PUT", f"{A}/offers/{offer_id}", host.account_id, headers={"If-Match": tag}, json={"title": "Never stored"})
    assert lost.status == 412
    foreign = await site.send("PATCH", f"{A}/offers/{offer_id}", other.account_id, json={"title": "Not by you"})
    assert (foreign.status, foreign.reason) == (403, "learning.not_your_offer")
    assert (await site.get(f"{A}/offers/{offer_id}")).data["title"] == "Watercolour, step by step"
    assert (await site.send("DELETE", f"{A}/offers/{offer_id}", other.account_id)).status == 403
    gone = await site.send("DELETE", f"{A}/offers/{offer_id}", host.account_id)
    assert gone.data == {"id": offer_id, "deleted": True}
    for path in ("", "/slots?from=2026-12-01&to=2026-12-02"):
        assert (await site.get(f"{A}/offers/{offer_id}{path}")).status == 404
    assert (await site.get(f"{A}/offers?hostId={host.account_id}")).json["data"] == []


async def test_two_changes_of_one_offer_at_once(people: People) -> None:
    host = await people.host()
    offer = await people.offer(host)
    async with people.hall.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM learning.offer WHERE id = $1 FOR UPDATE", offer.id)
        titles = ("Guitar, the first", "Guitar, the second")
        bodies = [ChangeOffer(title=title) for title in titles]
        both = [asyncio.ensure_future(outcome(people.hall.run, change_offer, host, offer.id, body, lambda _: None)()) for body in bodies]
        while await people.hall.pool.fetchval(WAITING) < len(both):  # noqa: ASYNC110 - another process decides
            await asyncio.sleep(0.01)
    assert sorted(await asyncio.gather(*both)) == ["learning.offer_moved", "ok"]
    assert await people.hall.pool.fetchval("SELECT version FROM learning.offer") == offer.version + 1


async def test_a_moderator_hides_an_offer_and_shows_it_again(people: People, site: Site) -> None:
    host = await people.host()
    offer = await people.offer(host)
    for verb, status in ((hide_offer, 404), (hide_offer, 404), (show_offer, 200), (show_offer, 200)):
        await people.hall.work(verb, offer.id, STAFF, "a complaint")
        assert (await site.get(f"{A}/offers/{offer.id}")).status == status
        assert (await site.get(f"{A}/offers/{offer.id}", host.account_id)).status == 200
        assert len((await site.get(f"{A}/offers")).json["data"]) == (status == 200)
    assert await people.hall.pool.fetchval("SELECT count(*) FROM kernel.audit WHERE reason = 'a complaint'") == 2


async def test_an_offer_that_cannot_be(people: People, site: Site) -> None:
    host = await people.host()
    good: dict[str, Any] = {"skillId": str(await people.skill()), "title": "Guitar for beginners", "durationMinutes": 60, "price": 30}
    wrong: list[tuple[dict[str, Any], int, str]] = [
        ({"price": {"amount": 3000, "currency": "USD"}}, 422, "learning.currency_not_accepted"),
        ({"skillId": str(ids.new())}, 422, "learning.skill_unknown"),
        ({"durationMinutes": 14}, 400, "http.invalid"),
        ({"durationMinutes": 481, "bufferAfterMinutes": 61, "title": "Hi"}, 400, "http.invalid"),
        ({"price": -1}, 400, "http.invalid"),
        ({"price": "2.5"}, 400, "http.invalid"),
        ({"price": "many"}, 400, "http.invalid"),
        ({"profileId": str(ids.new())}, 400, "http.invalid"),
    ]
    for change, status, reason in wrong:
        answer = await _post(site, "/offers", host, {**good, **change})
        assert (answer.status, answer.reason) == (status, reason), change
    assert await people.hall.pool.fetchval("SELECT count(*) FROM learning.offer") == 0
    assert (await site.post(f"{A}/offers", json=good)).status == 401


async def test_a_block_hides_offers_and_refuses_booking(people: People, site: Site) -> None:
    host, learner = await people.host(), await people.person(wallet=30)
    offer, at = await people.offer(host), await people.start_in(3)
    await people.hall.pool.execute(
        "INSERT INTO identity.block (account_id, blocked_id, blocked_at) VALUES ($1, $2, now())", host.account_id, learner.account_id
    )
    assert (await site.get(f"{A}/offers/{offer.id}", learner.account_id)).status == 404
    assert (await site.get(f"{A}/offers", learner.account_id)).json["data"] == []
    assert (await _post(site, "/sessions", learner, {"offerId": str(offer.id), "startsAt": instant(at)})).status == 404
    assert (await people.held(learner), await people.busy(host)) == (0, 0)


async def test_free_slots_leave_out_what_is_booked(people: People, site: Site) -> None:
    host, second, learner = await people.host(), await people.host(), await people.person(wallet=60)
    offer, cheaper = await people.offer(host), await people.offer(second, 10)
    at = await people.start_in(3)
    day, next_day = f"{at:%Y-%m-%d}", f"{at + DAY:%Y-%m-%d}"
    path = f"{A}/offers/{offer.id}/slots?from={day}&to={next_day}"
    before = (await site.get(path)).data
    assert len(before["slots"]) == 48
    assert {"startsAt": instant(at), "endsAt": instant(at + HOUR)} in before["slots"]
    await people.scheduled(host, learner, days=3)
    after = {slot["startsAt"] for slot in (await site.get(path)).data["slots"]}
    gone = {slot["startsAt"] for slot in before["slots"]} - after
    assert gone == {instant(at + count * 30 * MINUTE) for count in range(-2, 3)}
    berlin = (await site.get(f"{path}&timezone=Europe/Berlin")).data
    assert berlin["slots"][0]["startsAt"] == instant(at.replace(hour=0) - HOUR)
    both = (await site.get(f"{A}/offers/slots?skillId={offer.skill.id}&from={day}&to={next_day}")).data
    assert {host["offer"]["id"]: len(host["slots"]) for host in both["hosts"]} == {str(offer.id): 43, str(cheaper.id): 48}
    too_long, no_zone = f"from={day}&to={at + 60 * DAY:%Y-%m-%d}", f"from={day}&to={next_day}&timezone=Mars/X"
    for query in ("from=soon&to=later", f"from={next_day}&to={day}", too_long, no_zone):
        assert (await site.get(f"{A}/offers/{offer.id}/slots?{query}")).status == 400, query
    assert (await site.get(f"{A}/offers/{ids.new()}/slots?from={day}&to={next_day}")).status == 404


async def test_the_whole_journey(people: People, site: Site) -> None:
    host, learner = await people.host(), await people.person(wallet=62)
    offer, at = await people.offer(host, 31), await people.start_in(3)
    body = {"skillId": str(offer.skill.id), "hostId": str(host.account_id), "startTime": instant(at), "duration": 60}
    booked = await _post(site, "/sessions", learner, body, **{"Idempotency-Key": "book-once"})
    again = await _post(site, "/sessions", learner, body, **{"Idempotency-Key": "book-once"})
    assert (booked.status, again.data, again.headers["Idempotency-Replayed"]) == (201, booked.data, "true")
    assert (booked.headers["Location"], booked.data["legacyStatus"]) == (f"{A}/sessions/{booked.data['id']}", "PENDING")
    path = f"/sessions/{booked.data['id']}"
    assert (await _post(site, f"{path}/accept", host)).data["status"] == "scheduled"
    await people.until(at - 10 * MINUTE)
    room = (await _post(site, f"{path}/join", learner)).data
    assert (room["room"]["token"], room["session"]["seats"][0]["status"]) == (None, "joined")
    for verb, by, status in (
        ("start", host, "in_progress"), ("pause", host, "paused"), ("resume", host, "in_progress"), ("leave", learner, "in_progress"),
        ("end", host, "completed"), ("confirm", learner, "completed"),
    ):  # fmt: skip
        answer = await _post(site, f"{path}/{verb}", by)
        assert (answer.status, answer.data["status"]) == (200, status), verb
    file = await site.get(f"{A}{path}/calendar.ics", learner.account_id)
    (event,) = Calendar.from_ical(file.body).events
    assert (file.headers["Content-Type"].partition(";")[0], event.start) == ("text/calendar", at)
    figures = (await site.get(f"{A}/sessions/statistics", host.account_id)).data
    assert (figures["asHost"]["completed"], figures["asHost"]["minutes"], figures["asHost"]["credits"]["amount"]) == (1, 60, 28)
    assert (await site.get(f"{A}/sessions/statistics", learner.account_id)).data["asLearner"]["credits"]["amount"] == 31
    await people.hall.verify()


async def test_the_other_verbs(people: People, site: Site) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=200)
    declined = await people.booked(host, learner)
    assert (await _post(site, f"/sessions/{declined.id}/decline", host, {"reason": "on holiday"})).data["cancelReason"] == "on holiday"
    cancelled = await people.booked(host, learner)
    assert (await _post(site, f"/sessions/{cancelled.id}/cancel", learner)).data["status"] == "cancelled"
    by_status = await people.booked(host, learner, days=9)
    second = await site.send("PUT", f"{A}/sessions/{by_status.id}/status", host.account_id, json={"status": "Confirmed"})
    assert second.data["status"] == "scheduled"
    session = await people.begun(host, learner)
    path, later = f"/sessions/{session.id}", await people.start_in(5)
    assert (await _post(site, f"{path}/interrupt", host)).data["legacyStatus"] == "technical_issue"
    wish = await _post(site, f"{path}/reschedule", host, {"startsAt": instant(later), "reason": "storm"})
    assert wish.data["rescheduling"]["startsAt"] == instant(later)
    assert (await _post(site, f"{path}/reschedule/decline", learner)).data["rescheduling"] is None
    await _post(site, f"{path}/reschedule", host, {"startsAt": instant(later)})
    assert (await _post(site, f"{path}/reschedule/accept", learner)).data["startsAt"] == instant(later)
    await people.until(later + 15 * MINUTE)
    await _post(site, f"{path}/join", learner)
    assert (await _post(site, f"{path}/no-show", learner)).data["status"] == "no_show_host"
    reported = await people.done(host, learner)
    frozen = await Court(people).report(learner, reported.id)
    assert frozen.seats[0].settlement == "frozen"
    assert await people.held(learner) == 31
    await hall.verify()


async def test_lists_show_ones_own_and_staff_sees_all(people: People, site: Site) -> None:
    host, other = await people.host("Hana Host"), await people.person(wallet=100)
    learner = await people.person(wallet=100, name="Lea Learner")
    mine = [await people.scheduled(host, learner, days=3 + index) for index in range(3)]
    foreign = await people.booked(host, other, days=7)
    first = (await site.get(f"{A}/sessions?limit=2", learner.account_id)).json
    assert (len(first["data"]), first["pagination"]["total"], first["pagination"]["hasNext"]) == (2, 3, True)
    rest = (await site.get(f"{A}/sessions?limit=2&cursor={first['pagination']['nextCursor']}", learner.account_id)).json
    assert [item["id"] for item in first["data"] + rest["data"]] == [str(session.id) for session in reversed(mine)]
    card = first["data"][0]
    assert (card["host"]["displayName"], card["learner"]["displayName"], card["durationMinutes"]) == ("Hana Host", "Lea Learner", 60)
    assert (await site.get(f"{A}/sessions", host.account_id)).json["pagination"]["total"] == 4
    counts = {
        "role=learner": 0, "role=host": 4, "status=PENDING": 1, "status=CONFIRMED,pending": 4, "status=completed": 0, "search=guitar": 4,
        f"from={mine[1].starts_at}&to={mine[2].starts_at}": 1, f"offerId={foreign.offer.id}": 1, "kind=group": 0,
    }  # fmt: skip
    for query, count in counts.items():
        assert len((await site.get(f"{A}/sessions?{query}", host.account_id)).json["data"]) == count, query
    assert (await site.get(f"{A}/sessions?status=maybe", host.account_id)).status == 400
    assert (await site.get(f"{A}/sessions/{foreign.id}", learner.account_id)).status == 404
    assert (await site.get(f"{A}/sessions/{foreign.id}", other.account_id)).data["id"] == str(foreign.id)
    upcoming = (await site.get(f"{A}/sessions/upcoming", learner.account_id)).json["data"]
    assert [item["id"] for item in upcoming] == [str(session.id) for session in mine]
    assert (await site.get(f"{A}/sessions/history", learner.account_id)).json["data"] == []
    assert (await site.get(f"{A}/sessions/my-sessions", other.account_id)).json["pagination"]["total"] == 1
    everything = await sessions(await people.hall.read(), STAFF, SessionQuery())
    assert everything.total == 4


async def test_a_booking_needs_its_fields_and_an_offset(people: People, site: Site) -> None:
    learner = await people.person(wallet=30)
    offer = await people.offer(await people.host())
    for body, field in (
        ({}, "offerId"),
        ({"offerId": str(offer.id)}, "startsAt"),
        ({"offerId": str(offer.id), "startsAt": "2026-12-01T15:00:00"}, "startsAt"),
        ({"skillId": str(offer.skill.id)}, "hostId"),
        ({"offerId": str(offer.id), "startsAt": "2026-12-01T15:00:00Z", "colour": "red"}, "colour"),
    ):
        answer = await _post(site, "/sessions", learner, body)
        assert answer.status == 400
        assert field in [detail["field"] for detail in answer.json["error"]["details"]], body
    assert await people.held(learner) == 0


async def test_a_configured_jitsi_gets_signed_tickets(database_dsn: str) -> None:
    secret = "a-secret-for-tests-only-a-secret-for-tests"
    async with test_hall(database_dsn, jitsi_url="https://meet.example.org", jitsi_app_id="hall", jitsi_secret=secret) as hall:
        people = People(hall)
        host, learner = await people.host("Hana Host"), await people.person(wallet=30, name="Lea Learner")
        session = await people.scheduled(host, learner, 30)
        await people.until(datetime.fromisoformat(session.opens_at))
        for person, name, is_host in ((host, "Hana Host", True), (learner, "Lea Learner", False)):
            room = (await hall.run(join, person, session.id)).room
            assert room.token
            claims = jwt.decode(room.token, secret, algorithms=["HS256"], audience="jitsi", issuer="hall")
            assert room.join_url == f"https://meet.example.org/{claims['room']}?jwt={room.token}"
            assert (claims["sub"], claims["moderator"], claims["context"]["user"]["name"]) == ("meet.example.org", is_host, name)


async def test_people_are_written_in_their_own_time(people: People) -> None:
    host = await people.host("Hana Host", zone="Europe/Berlin")
    learner = await people.person(wallet=200, name="Lea Learner", zone="Asia/Kolkata")
    session = await people.scheduled(host, learner)
    await people.hall.drain()
    texts = await people.hall.pool.fetch("SELECT rcpt, text FROM kernel.mail WHERE subject LIKE 'Lesson confirmed%'")
    at = datetime.fromisoformat(session.starts_at)
    assert {row["rcpt"]: clock in row["text"] for row in texts for clock in _clocks(row["rcpt"], host, at)} == {
        f"{host.account_id}@example.org": True, f"{learner.account_id}@example.org": True,
    }  # fmt: skip
    await people.until(at - MINUTE)
    assert Counter(await people.mails(host)) == {"Lesson confirmed": 1, "Reminder": 2}
    await people.until(at + HOUR)
    assert Counter(await people.mails(learner)) == {"Lesson confirmed": 1, "Reminder": 2, "Lesson missed": 1}


def _clocks(rcpt: str, host: Actor, at: datetime) -> list[str]:
    shift = HOUR if rcpt.startswith(str(host.account_id)) else 5 * HOUR + 30 * MINUTE
    return [f"{at + shift:%-I:%M\u202f%p}"]


async def test_what_keeps_an_account_open_and_what_is_forgotten(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=62)
    obligations, data = LearningObligations(), LearningData()
    session = await people.done(host, learner)
    await Court(people).report(learner, session.id, "secret words")
    read = await hall.read()
    for who, kind in ((host, "learning.session"), (learner, "learning.seat")):
        assert [open_.kind for open_ in await obligations.obligations(read, who.account_id)] == [kind]
    settled = await people.done(host, learner)
    await hall.run(confirm, learner, settled.id)
    exported = await data.export(read, learner.account_id)
    assert [len(cast("list[object]", exported[name])) for name in ("offers", "sessions", "seats", "attendance")] == [0, 0, 2, 2]
    for who in (host, learner):
        for _ in range(10):
            if await hall.work(data.erase, who.account_id, "Someone", 1):
                break
        else:
            pytest.fail("never done")
    texts = str(await hall.pool.fetch("SELECT to_jsonb(o)::text FROM learning.offer o")) + str(
        await hall.pool.fetch("SELECT to_jsonb(e)::text FROM learning.seat e")
    )
    assert "secret words" not in texts
    assert "Guitar" not in texts
    assert await hall.pool.fetchval("SELECT count(*) FROM learning.attendance") == 0
    assert (await session_view(await hall.read(), session.id, STAFF)).seats[0].settlement == "frozen"
    await hall.verify()


async def test_reminders_before_a_lesson_soon_booked(people: People) -> None:
    host, learner = await people.host(), await people.person(wallet=31)
    session = await people.scheduled(host, learner, days=1, hour=23)
    await people.until(datetime.fromisoformat(session.starts_at) - timedelta(minutes=29))
    rows = await people.hall.pool.fetch("SELECT data FROM kernel.event WHERE type = 'learning.reminder_due' ORDER BY position")
    assert [row["data"]["minutesBefore"] for row in rows][-1] == 30
