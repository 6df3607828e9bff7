"""Incidents of other people's systems, by the number of the list they were collected in; told over HTTP."""

import asyncio
import re
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from skillhall.deploy.contexts import NAMES
from skillhall.deploy.documented import documented
from skillhall.deploy.modules import ALL
from skillhall.kernel.db.pool import open_connection
from skillhall.kernel.migrate import Migration, MigrationError, migrate
from tests.journeys.cast import a_host, a_key, a_slot, act, balance, book, booked, held_lesson, later, owned, slots
from tests.support import database
from tests.support.routes import served as endpoints
from tests.support.server import Served, eventually, moment, one

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
BUILT = {"kernel", "deploy", *NAMES}


async def test_case_01_two_requests_and_two_answers_race_for_one_slot(served: Served):
    host, offer = await a_host(served)
    learners = [await served.person() for _ in range(4)]
    start = await a_slot(served, learners[0], offer)
    body = {"offerId": offer["id"], "startsAt": start}
    before = await deadlocks(served)
    answers = await asyncio.gather(*(learner.post("/sessions", body) for learner in learners))
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
    assert {answer.reason for answer in answers if answer.status == 409} == {"calendar.busy"}
    session = next(answer.data for answer in answers if answer.status == 201)
    accepted = await asyncio.gather(*(host.post(f"/sessions/{session['id']}/accept") for _ in range(4)))
    assert {(answer.status, answer.data["status"]) for answer in accepted} == {(200, "scheduled")}
    assert sorted([await owned(learner) for learner in learners]) == [5, 10, 10, 10]
    assert await served.value("SELECT count(*) FROM learning.session WHERE offer_id = $1", offer["id"]) == 1
    assert await deadlocks(served) == before


async def test_case_02_a_pending_request_takes_the_time(served: Served):
    host, offer = await a_host(served)
    other = (await host.post("/offers", {**copy_of(offer), "title": "Cello for everyone", "durationMinutes": 30}, expect=201)).data
    learner, rival = await served.person(), await served.person()
    start = await a_slot(served, learner, offer)
    session = await book(learner, offer, start)
    assert session["status"] == "requested"
    for one_offer in (offer, other):
        seen = await slots(rival, one_offer, moment(start) - timedelta(hours=2), 1)
        assert not any(moment(start) - timedelta(minutes=29) < moment(at) < moment(session["endsAt"]) for at in seen)
    period = f"from={start}&to={session['endsAt']}&duration=30"
    assert (await rival.get(f"/availability/{host.account_id}/slots?{period}")).data["slots"] == []
    refused = await rival.post("/sessions", {"offerId": other["id"], "startsAt": later(start, minutes=30)}, expect=409)
    assert refused.reason == "calendar.busy"


async def test_case_06_a_canceled_slot_is_booked_again_though_the_old_key_lives(served: Served):
    _host, offer = await a_host(served)
    learner = await served.person()
    key, start = a_key(), await a_slot(served, learner, offer)
    body = {"offerId": offer["id"], "startsAt": start}
    first = (await learner.post("/sessions", body, key=key, expect=201)).data
    await act(learner, first, "cancel")
    replayed = await learner.post("/sessions", body, key=key, expect=201)
    assert (replayed.data["id"], replayed.headers["Idempotency-Replayed"]) == (first["id"], "true")
    assert (await balance(learner))["held"] == 0
    again = (await learner.post("/sessions", body, key=a_key(), expect=201)).data
    await act(learner, again, "cancel")
    third = (await learner.post("/sessions", body, expect=201)).data
    assert len({first["id"], again["id"], third["id"]}) == 3
    assert (await balance(learner))["held"] == 5


async def test_case_20_late_is_not_absent_and_signed_out_is_not_absent(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    session = await booked(served, learner, host, offer)
    await served.advance_to(session["opensAt"])
    await act(host, session, "join")
    await host.post("/auth/logout", {}, expect=200)
    await served.advance_to(moment(session["startsAt"]) + timedelta(minutes=25))
    await act(learner, session, "join")
    await served.advance_to(moment(session["startsAt"]) + timedelta(minutes=31))
    found = (await learner.get(f"/sessions/{session['id']}")).data
    assert (found["status"], found["seats"][0]["status"]) == ("in_progress", "joined")
    await host.sign_in()
    assert (await host.post(f"/sessions/{session['id']}/no-show", expect=422)).reason == "learning.other_present"
    assert (await learner.post(f"/sessions/{session['id']}/no-show", expect=422)).reason == "learning.other_present"
    assert (await act(host, session, "end"))["seats"][0]["status"] == "attended"
    assert await owned(learner) == 5


async def test_case_21_a_change_of_clocks_is_the_same_for_host_and_booker(served: Served):
    weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    hours = [{"weekday": day, "start": "09:00", "end": "12:00"} for day in weekdays]
    host, offer = await a_host(served, maxDaysAhead=365, instantBooking=True)
    await host.put("/users/me/availability", {"timezone": "Europe/Berlin", "weeklyHours": hours})
    learner = await served.person()
    change = next_change(await served.now(), BERLIN)
    since, until = change - timedelta(days=2), change + timedelta(days=3)
    period = f"from={since:%Y-%m-%d}&to={until:%Y-%m-%d}&timezone=Europe/Berlin"
    offered = [slot["startsAt"] for slot in (await learner.get(f"/offers/{offer['id']}/slots?{period}")).data["slots"]]
    local = {f"{moment(at).astimezone(BERLIN):%H:%M}" for at in offered}
    assert local == {"09:00", "09:30", "10:00", "10:30", "11:00"}
    assert len(offered) == 5 * 5
    assert len({moment(at).astimezone(BERLIN).utcoffset() for at in offered}) == 2
    period = f"from={since:%Y-%m-%d}T00:00:00Z&to={until:%Y-%m-%d}T00:00:00Z&duration=60&timezone=America/New_York"
    seen = (await learner.get(f"/availability/{host.account_id}/slots?{period}")).data["slots"]
    assert [slot["startsAt"] for slot in seen] == offered
    for slot in seen:
        shown = datetime.combine(datetime.fromisoformat(slot["date"]).date(), time.fromisoformat(slot["time"]), NEW_YORK)
        assert shown.astimezone(UTC) == moment(slot["startsAt"])
    start = next(at for at in offered if moment(at).date() == change.date())
    session = await book(learner, offer, start)
    entries = (await host.get(f"/calendar/entries?from={start}&to={session['endsAt']}")).data["entries"]
    assert [(entry["startsAt"], entry["endsAt"]) for entry in entries] == [(start, session["endsAt"])]
    outside = await learner.post("/sessions", {"offerId": offer["id"], "startsAt": later(start, hours=-1)}, expect=422)
    assert outside.reason == "learning.outside_hours"


async def test_case_24_the_erased_leave_their_sums_and_not_their_names(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    name = f"Zebedee{host.account_id[-6:]}"
    await host.patch("/users/me", {"firstName": name, "lastName": "Farnaby"})
    profile = (await host.get("/profiles/me")).data["id"]
    await host.patch(f"/profiles/{profile}", {"displayName": f"{name} Farnaby", "bio": f"I am {name}.", "phone": "+49 341 7654321"})
    session = await held_lesson(served, host, learner, offer)
    await act(learner, session, "confirm")
    await served.settled()
    lines = (await learner.get("/wallet/transactions")).data
    sums = await totals(served, host.account_id)
    assert sums
    await host.delete("/users/me")
    await served.advance(timedelta(days=30, hours=2))  # what others were told of them ends with the hour
    assert await served.value("SELECT state FROM identity.account WHERE id = $1", host.account_id) == "erased"
    found = (await learner.get(f"/sessions/{session['id']}")).data
    assert found["host"]["displayName"].startswith("Former member")
    assert (found["price"], found["seats"][0]["paidToHost"]) == (session["price"], {"amount": 4, "currency": "CREDIT"})
    assert (await learner.get("/wallet/transactions")).data == lines
    assert await totals(served, host.account_id) == sums
    assert await tables_with(served, name) == []
    assert await tables_with(served, host.email) == []
    assert await tables_with(served, "341 7654321") == []
    host.token = ""
    await host.sign_in()
    assert (await host.get("/users/me")).data["id"] != str(found["hostId"])


async def test_case_25_a_migration_gives_way_to_those_who_use_a_large_table(database_dsn: str, monkeypatch: pytest.MonkeyPatch):
    later_on = Migration("299901010000_later.sql", "skills", "ALTER TABLE skills.category ADD COLUMN rank int NOT NULL DEFAULT 0")
    monkeypatch.setattr("skillhall.kernel.migrate.find_migrations", lambda _modules: [later_on])
    migrating, reading, writing = [await open_connection(database_dsn) for _ in range(3)]
    open_reading = reading.transaction()
    await open_reading.start()
    await reading.fetch("SELECT * FROM skills.category")
    behind = asyncio.create_task(migrate(migrating, ALL))
    await eventually(lambda: writing.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"), 1)
    queued = asyncio.create_task(writing.execute("UPDATE skills.category SET description = description"))
    with pytest.raises(MigrationError, match="lock timeout"):
        await behind
    assert await queued == f"UPDATE {await writing.fetchval('SELECT count(*) FROM skills.category')}"
    await open_reading.rollback()
    assert await migrate(migrating, ALL) == [later_on]
    assert await writing.fetchval("SELECT max(rank) FROM skills.category") == 0
    for connection in (migrating, reading, writing):
        await connection.close()


async def test_case_26_every_documented_feature_is_reachable_in_a_fresh_install(server: str, template: str):
    async with database.database(server, template) as dsn, one(dsn) as served:
        member = await served.person()
        known = {shape(endpoint.route) for endpoint in endpoints()}
        for row in documented():
            path = re.sub(r":\w+", "0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b", row.path)
            answer = await member.call(row.method, path, None if row.method in {"GET", "DELETE"} else {})
            if row.context in BUILT:
                assert answer.reason not in {"http.route_not_found", "http.method_not_allowed", "http.not_implemented"}, row
                assert answer.status < 500, row
                assert shape(row.path) in known or row.path == "/api/docs", row
            else:
                assert (answer.status, answer.reason) == (501, "http.not_implemented"), row
        schedules = {schedule.name for module in ALL for schedule in module.schedules}
        assert set(await served.value("SELECT array_agg(name) FROM kernel.schedule")) == schedules
        subscribed = {reaction.name for module in ALL for reaction in module.reactions}
        assert set(await served.value("SELECT array_agg(DISTINCT receiver) FROM kernel.subscription")) == subscribed
        await served.check()


def shape(path: str) -> str:
    """Return a path with its parameters nameless."""
    return re.sub(r"\{\w+\}|:\w+", "{}", path)


def copy_of(offer: dict[str, Any]) -> dict[str, Any]:
    """Return the body that makes another offer like this one."""
    return {"skillId": offer["skill"]["id"], "price": offer["price"], "bufferBeforeMinutes": 0, "bufferAfterMinutes": 0}


def next_change(after: datetime, zone: ZoneInfo) -> datetime:
    """Return the noon of the next day on which clocks change, at least three days ahead."""
    day = datetime.combine(after.date() + timedelta(days=4), time(12), UTC)
    while (day - timedelta(days=1)).astimezone(zone).utcoffset() == day.astimezone(zone).utcoffset():
        day += timedelta(days=1)
    return day


async def totals(served: Served, owner: str) -> str:
    """Return an account's balances by kind, as JSON."""
    return await served.value(
        """SELECT jsonb_object_agg(a.kind, b.amount)::text
        FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id WHERE a.owner = $1""",
        owner,
    )


async def tables_with(served: Served, text: str) -> list[str]:
    """Return the tables in which any row holds this text; the catcher of mails that a sandbox sent is not part of the hall's memory."""
    connection = await open_connection(served.dsn)
    try:
        tables = await connection.fetch("""
            SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
            WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND (schemaname, tablename) <> ('kernel', 'mail')""")
        pattern = f"%{text}%"
        return [
            row["name"] for row in tables
            if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {row['name']} t WHERE t::text ILIKE $1)", pattern)
        ]  # fmt: skip
    finally:
        await connection.close()


async def deadlocks(served: Served) -> int:
    """Return how many deadlocks this hall's database has seen, retried ones included."""
    await asyncio.sleep(0.1)
    return await served.value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
