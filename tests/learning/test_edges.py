"""The edges of time and input: late and early clocks, days at the end of the calendar, reports that outlive a move."""

from datetime import UTC, datetime

import msgspec
import pytest

from skillhall.calendar.routes.time import Period
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Invalid
from skillhall.learning.commands.book import Book
from skillhall.learning.commands.end import end
from skillhall.learning.commands.interrupt import interrupt
from skillhall.learning.commands.join import join, leave
from skillhall.learning.commands.reschedule import Reschedule, accept_proposal, propose
from skillhall.learning.commands.set_status import SetStatus, set_status
from skillhall.learning.model.refusals import TooFarAhead
from skillhall.learning.queries.offers import SlotsQuery, offer_slots
from skillhall.learning.queries.sessions import SessionQuery, upcoming
from tests.disputes.builders import Court
from tests.learning.builders import DAY, HOUR, People


async def test_whoever_waited_for_the_lock_may_end_after_a_later_entry(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=100)
    session = await people.begun(host, learner)
    await hall.run(leave, learner, session.id)

    async def end_begun_earlier(tx: Tx) -> None:
        await hall.run(join, learner, session.id)
        await end(tx, host, session.id)

    await hall.work(end_begun_earlier)
    assert (await people.state(session.id))[0] == "completed"


@pytest.mark.parametrize("payee_bp", [None, 10_000, 0])
async def test_a_report_outlives_a_move_and_a_missed_lesson(people: People, payee_bp: int | None) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=100)
    session = await people.begun(host, learner)
    court = Court(people)
    await court.report(learner, session.id)
    await hall.run(interrupt, host, session.id)
    await hall.run(propose, host, session.id, Reschedule(starts_at=await people.now() + DAY))
    await hall.run(accept_proposal, learner, session.id)
    if payee_bp is not None:
        await court.settle(session.id, payee_bp)
    await hall.verify()
    await hall.advance(2 * DAY)
    assert (await people.state(session.id))[0] == "no_show_host"
    await hall.verify()
    if payee_bp is None:
        assert await people.held(learner) == 31
        await court.settle(session.id, 10_000)
        await hall.verify()
    assert await people.held(learner) == 0


async def test_a_proposal_has_an_end(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=100)
    session = await people.scheduled(host, learner)
    for starts_at in (datetime(9999, 12, 31, 23, 30, tzinfo=UTC), await people.now() + 366 * DAY):
        with pytest.raises(TooFarAhead):
            await hall.run(propose, host, session.id, Reschedule(starts_at=starts_at))


@pytest.mark.parametrize("duration", [14, 481, 40_000, 2**40])
def test_a_duration_that_no_offer_has_is_refused_at_the_door(duration: int) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"duration": duration}, Book)


@pytest.mark.parametrize(("since", "until"), [("0001-01-01", "0001-01-05"), ("1900-01-01", "1900-01-05"), ("9999-12-28", "9999-12-31")])
async def test_there_are_no_slots_at_the_ends_of_the_calendar(people: People, since: str, until: str) -> None:
    host = await people.host()
    offer = await people.offer(host)
    found = await offer_slots(await people.hall.read(), offer.id, SlotsQuery(from_=since, to=until), host.account_id)
    assert found.slots == []


async def test_an_instant_before_the_calendar_is_refused(people: People) -> None:
    host = await people.host()
    offer = await people.offer(host)
    with pytest.raises(Invalid):
        await offer_slots(
            await people.hall.read(), offer.id, SlotsQuery(from_="0001-01-01T00:00:00+14:00", to="0001-01-05"), host.account_id
        )


async def test_a_period_without_an_end_stops_with_the_calendar(people: People) -> None:
    since = datetime(9999, 12, 20, tzinfo=UTC)
    assert Period(from_=since).bounds(await people.hall.read())[1] == datetime.max.replace(tzinfo=UTC)


async def test_an_interrupted_session_stays_in_sight_until_it_is_decided(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=100)
    session = await people.begun(host, learner)
    await hall.run(interrupt, host, session.id)
    await hall.advance(40 * HOUR)
    assert (await people.state(session.id))[0] == "interrupted"
    assert [card.id for card in (await upcoming(await hall.read(), learner, SessionQuery())).items] == [session.id]


async def test_declined_through_the_second_door_is_a_decline(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=100)
    session = await people.booked(host, learner)
    assert (await hall.run(set_status, host, session.id, SetStatus(status="Declined"))).cancelled_as == "declined"
