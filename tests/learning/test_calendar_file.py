"""The calendar file of a session and the feed of its people: the same events, known by the same uids."""

from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar

from skillhall.calendar.commands.feed import open_feed
from skillhall.calendar.queries.shown import feed
from skillhall.kernel.actor import Actor
from skillhall.learning.commands.cancel import cancel
from skillhall.learning.commands.reason import Reason
from skillhall.learning.commands.reschedule import Reschedule, accept_proposal, propose
from skillhall.learning.module import MODULE
from tests.kernel.serving import Site, serving
from tests.learning.builders import People


@pytest.fixture
async def site(people: People) -> AsyncGenerator[Site]:
    async with serving(people.hall.runner, MODULE.endpoints) as opened:
        yield opened


def _events(file: bytes) -> list[Any]:
    return sorted(Calendar.from_ical(file).walk("VEVENT"), key=lambda event: str(event["UID"]))


def _facts(file: bytes) -> list[tuple[str, Any, Any, str]]:
    return [(str(event["UID"]), event["DTSTART"].dt, event["DTEND"].dt, str(event["SUMMARY"])) for event in _events(file)]


async def test_the_file_of_a_session_is_what_the_feed_shows(people: People, site: Site) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=31)
    session = await people.scheduled(host, learner)
    tokens = {who: (await hall.run(open_feed, who)).url.rpartition("/")[2].removesuffix(".ics") for who in (host, learner)}

    async def agreed(who: Actor, statuses: list[str]) -> None:
        file = (await site.get(f"/api/v1/sessions/{session.id}/calendar.ics", who.account_id)).body
        assert _facts(file) == _facts(await feed(await hall.read(), tokens[who]))
        assert [str(event["STATUS"]) for event in _events(file)] == statuses

    for who in (host, learner):
        await agreed(who, ["CONFIRMED"])
    await hall.run(propose, host, session.id, Reschedule(starts_at=await people.start_in(9)))
    for who in (host, learner):
        file = (await site.get(f"/api/v1/sessions/{session.id}/calendar.ics", who.account_id)).body
        assert sorted(_facts(file)) == sorted(_facts(await feed(await hall.read(), tokens[who])))
        assert sorted(str(event["STATUS"]) for event in _events(file)) == ["CONFIRMED", "TENTATIVE"]
    await hall.run(accept_proposal, learner, session.id)
    for who in (host, learner):
        await agreed(who, ["CONFIRMED"])
    await hall.run(cancel, host, session.id, Reason())
    for who in (host, learner):
        (event,) = _events((await site.get(f"/api/v1/sessions/{session.id}/calendar.ics", who.account_id)).body)
        assert (str(event["STATUS"]), str(event["TRANSP"])) == ("CANCELLED", "TRANSPARENT")
        assert _facts(await feed(await hall.read(), tokens[who])) == []


async def test_a_seat_has_a_status_of_its_own(people: People, site: Site) -> None:
    host, learner = await people.host(), await people.person(wallet=31)
    session = await people.scheduled(host, learner)
    path = f"/api/v1/sessions/{session.id}/calendar.ics"
    shown = {"waiting": "TENTATIVE", "confirmed": "CONFIRMED", "cancelled": "CANCELLED"}
    for state, status in shown.items():
        await _set_seat(people, session.id, state)
        (event,) = _events((await site.get(path, learner.account_id)).body)
        assert str(event["STATUS"]) == status
        assert str(_events((await site.get(path, host.account_id)).body)[0]["STATUS"]) == "CONFIRMED"
    assert (await site.get(path, (await people.person()).account_id)).reason == "learning.session_not_found"


async def _set_seat(people: People, session_id: UUID, state: str) -> None:
    statement = "UPDATE learning.seat SET state = $2, settlement = 'none', price = 0, queued_at = now() WHERE session_id = $1"
    await people.hall.pool.execute(statement, session_id, state)
