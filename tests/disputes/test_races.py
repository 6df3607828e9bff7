"""Sixteen at once: one case per payment, one ruling, one way for the money; nobody waits in a circle."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

from skillhall.disputes.commands.decide import resolve
from skillhall.disputes.commands.open_dispute import open_dispute
from skillhall.disputes.commands.pass_time import pass_time
from skillhall.disputes.commands.respond import accept, appeal, withdraw
from skillhall.disputes.model.bodies import Grounds, OpenDispute
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.learning.commands.confirm import confirm
from skillhall.learning.commands.pass_time import settle
from tests.disputes.builders import RULER, Court, verdict
from tests.learning.builders import outcome

MANY = 16
STATE = "SELECT state, payee_bp FROM disputes.case WHERE id = $1"


def rulers(count: int) -> list[Actor]:
    return [Actor(account_id=ids.new(), permissions=RULER.permissions) for _ in range(count)]


async def stop_before(court: Court, at: datetime) -> None:
    """Move business time to a moment before `at`, so that the race runs over it; nothing is swept on the way."""
    shift = at - datetime.now(UTC) - timedelta(milliseconds=30)
    await court.hall.pool.execute("UPDATE kernel.clock SET shift = $1", shift)
    await court.hall.runner.refresh_clock()


async def sweep_seat(tx: Tx, seat_id: UUID) -> None:
    await settle(seat_id, tx)


async def sweep_case(tx: Tx, dispute_id: UUID) -> None:
    await pass_time(dispute_id, tx)


async def test_a_payment_is_released_or_disputed(court: Court) -> None:
    hall = court.hall
    for _ in range(4):
        host, learner, session = await court.lesson()
        seat = session.seats[0]
        await stop_before(court, datetime.fromisoformat(seat.settle_at))
        calls = [
            *(outcome(hall.run, confirm, learner, session.id) for _ in range(5)),
            *(outcome(hall.work, sweep_seat, seat.id) for _ in range(4)),
            *(outcome(court.open, who, session.id) for who in (learner, host) * 3),
            outcome(court.report, learner, session.id),
        ]
        answers = await hall.race(*calls)
        is_paid = (await court.people.state(session.id))[2] == "settled"
        assert await hall.pool.fetchval("SELECT count(*) FROM disputes.case WHERE subject_id = $1", seat.id) == (0 if is_paid else 1)
        assert set(answers[5:9]) == {"ok"}
        assert set(answers[:5]) == ({"ok"} if is_paid else {"learning.seat_closed"})
        assert set(answers[9:]) <= ({"learning.seat_closed", "learning.too_late"} if is_paid else {"ok", "disputes.already_open"})
        assert await court.people.earned(host) == (28 if is_paid else 0)
        await hall.verify()


async def test_both_sides_open_one_dispute(court: Court) -> None:
    hall, (host, learner, session) = court.hall, await court.lesson()
    hold_id = await hall.pool.fetchval("SELECT hold_id FROM learning.seat WHERE session_id = $1", session.id)
    body = OpenDispute(reason="no sound", escrow_id=hold_id)
    answers = await hall.race(*(outcome(hall.run, open_dispute, who, body) for who in (host, learner) * (MANY // 2)))
    assert Counter(answers) == {"ok": MANY // 2, "disputes.already_open": MANY // 2}
    assert await hall.pool.fetchval("SELECT count(*) FROM disputes.case") == 1
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.event WHERE type = 'disputes.opened'") == 1
    await hall.verify()


async def test_one_of_many_rulings_stands(court: Court) -> None:
    hall, (_, _, dispute) = court.hall, await court.heard()
    divisions = [600 * (index + 1) for index in range(MANY)]
    calls = [outcome(hall.run, resolve, by, dispute.id, verdict(bp)) for by, bp in zip(rulers(MANY), divisions, strict=True)]
    answers = await hall.race(*calls)
    assert Counter(answers) == {"ok": 1, "disputes.already_ruled": MANY - 1}
    await hall.advance(timedelta(hours=73))
    row = await hall.pool.fetchrow(STATE, dispute.id)
    assert row
    assert tuple(row) == ("resolved", divisions[answers.index("ok")])
    await hall.verify()


async def test_a_ruling_is_carried_out_or_appealed(court: Court) -> None:
    hall = court.hall
    for _ in range(3):
        host, learner, dispute = await court.ruled(6_000)
        assert dispute.next_step
        await stop_before(court, datetime.fromisoformat(dispute.next_step.at))
        calls = [
            *(outcome(hall.run, appeal, who, dispute.id, Grounds(reason="not heard")) for who in (host, learner) * 4),
            *(outcome(hall.work, sweep_case, dispute.id) for _ in range(8)),
        ]
        answers = await hall.race(*calls)
        await hall.runner.refresh_clock()
        row = await hall.pool.fetchrow(STATE, dispute.id)
        assert row
        assert set(answers[8:]) == {"ok"}
        assert answers[:8].count("ok") in {0, 4}
        if "ok" in answers[:8]:
            assert (row["state"], await court.people.held(learner)) == ("under_review", 31)
            answers = await hall.race(*(outcome(hall.run, resolve, by, dispute.id, verdict(0)) for by in rulers(MANY)))
            assert Counter(answers) == {"ok": 1, "disputes.closed": MANY - 1}
        await hall.drain()
        assert (await court.people.held(learner), (await court.view(dispute.id)).status) == (0, "resolved")
        await hall.verify()


async def test_a_dispute_is_withdrawn_or_ruled_on(court: Court) -> None:
    hall = court.hall
    for _ in range(3):
        host, learner, dispute = await court.heard()
        calls = [
            *(outcome(hall.run, withdraw, learner, dispute.id) for _ in range(8)),
            *(outcome(hall.run, resolve, by, dispute.id, verdict(6_000)) for by in rulers(8)),
        ]
        answers = await hall.race(*calls[::2], *calls[1::2])
        row = await hall.pool.fetchrow(STATE, dispute.id)
        assert row
        if row["state"] == "withdrawn":
            assert Counter(answers) == {"ok": 8, "disputes.closed": 8}
            assert await court.people.state(await _session(court, dispute.subject_id)) == ("completed", "attended", "held")
        else:
            assert Counter(answers) == {"ok": 1, "disputes.already_ruled": 15}
            answers = await hall.race(*(outcome(hall.run, accept, who, dispute.id) for who in (host, learner) * 8))
            assert set(answers) == {"ok"}
            assert (await court.people.spendable(learner), await court.people.earned(host)) == (13, 17)
        await hall.verify()


async def _session(court: Court, seat_id: UUID) -> UUID:
    return await court.hall.pool.fetchval("SELECT session_id FROM learning.seat WHERE id = $1", seat_id)
