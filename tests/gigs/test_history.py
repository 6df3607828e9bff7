"""Projects that come in bulk stand as if they had been carried out here."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from msgspec import Struct

from skillhall.gigs.api import SANDBOX, VALID, Bid, BidState, Choice, GigHistory, GigMoves, Planned, Project, ProjectState, Step, adopt
from skillhall.gigs.commands.contest import rule
from skillhall.gigs.commands.escrow import Grounds, Release, refund_escrow, release_escrow
from skillhall.gigs.model.engagement_refusals import MilestoneMoved
from skillhall.gigs.model.escrow import EngagementRules
from skillhall.gigs.model.history import Verb, replay
from skillhall.gigs.store.projects import project
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.ledger import api as ledger
from tests.gigs.engaging import STAFF, Deals

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PARTS = (Planned(title="A draft", amount=40), Planned(title="The rest", amount=60))


def case_of(hold_id: UUID) -> Subject:
    return Subject("test", derived("a case", hold_id))


class Two(Struct, frozen=True):
    """Client and worker, and the time from which they look back."""

    client: Actor
    worker: Actor
    now: datetime
    model: Project

    def history(
        self, days: float, *steps: tuple[float, Verb, str, int], parts: Sequence[Planned] = PARTS, accepted: bool = True
    ) -> GigHistory:
        """Return a project posted so many days ago; steps are days later, verb, "client" or "worker", place of the milestone."""
        posted_at, project_id = self.now - days * DAY, ids.new()
        model = {name: getattr(self.model, name) for name in Project.__struct_fields__}
        model.update(id=project_id, created_at=posted_at, published_at=posted_at, updated_at=posted_at)
        bid = Bid(
            id=ids.new(), project_id=project_id, account_id=self.worker.account_id, profile_id=self.worker.profile_id or ids.NIL,
            amount=100, hourly_rate=None, delivery_days=None, proposal="Gladly.", state=BidState.PENDING,
            valid_until=posted_at + HOUR + VALID, created_at=posted_at + HOUR, decided_at=None,
        )  # fmt: skip
        told = tuple(Step(posted_at + after * DAY, verb, getattr(self, who).account_id, place) for after, verb, who, place in steps)
        choice = Choice(at=posted_at + 2 * HOUR, bid_id=bid.id, milestones=tuple(parts), steps=told) if accepted else None
        return GigHistory(project=Project(**model), skill_ids=(), bids=(bid,), choice=choice)


SIGNED: tuple[tuple[float, Verb, str, int], ...] = ((1, "sign", "client", 0), (2, "sign", "worker", 0))
FIRST: tuple[tuple[float, Verb, str, int], ...] = (
    (3, "fund", "client", 0), (4, "start", "worker", 0), (5, "deliver", "worker", 0), (6, "approve", "client", 0),
)  # fmt: skip
SECOND: tuple[tuple[float, Verb, str, int], ...] = ((7, "fund", "client", 1), (8, "start", "worker", 1), (9, "deliver", "worker", 1))


@pytest.fixture
async def two(deals: Deals) -> Two:
    client, worker = await deals.pair(wallet=0)
    model = await project(await deals.hall.read(), (await deals.project(client, currency="CREDIT")).id)
    now = await deals.hall.work(_now)
    return Two(client, worker, now, model)


async def _now(tx: Tx) -> datetime:
    return tx.now


async def stored(deals: Deals, two: Two, *histories: GigHistory) -> GigMoves:
    """Adopt them, what the client began with, what moved and what is frozen."""

    async def work(tx: Tx) -> GigMoves:
        moves = await adopt(tx, histories, two.now, case_of)
        opening = ledger.Transfer(
            id=ids.new(),
            kind="opening",
            subject=Subject("test", two.client.account_id),
            lines=ledger.opening(two.client.account_id, wallet=900),
        )
        await ledger.adopt(tx, [(two.now - 90 * DAY, opening), *moves.postings])
        for report in moves.reports:
            await ledger.freeze(tx, [report.payment.hold_id], case_of(report.payment.hold_id))
        return moves

    moves = await deals.hall.work(work)
    await deals.hall.verify()
    return moves


def states(two: Two, history: GigHistory) -> tuple[str, str, str, list[str]]:
    """Return where project, bid, agreement and payments stand."""
    gig = replay(history, EngagementRules(), case_of, two.now)
    found = gig.engagement
    return (
        gig.project.state,
        gig.bids[0].state,
        found.agreement.state if found else "",
        [one.state for one in found.escrows] if found else [],
    )


async def test_time_does_what_nobody_did(two: Two) -> None:
    assert states(two, two.history(10, accepted=False)) == ("open", "pending", "", [])
    assert states(two, two.history(40, accepted=False)) == ("open", "expired", "", [])
    assert states(two, two.history(5, *SIGNED[:1])) == ("in_progress", "accepted", "pending_signature", ["pending_funding"] * 2)
    assert states(two, two.history(10, *SIGNED[:1])) == ("open", "pending", "cancelled", ["cancelled"] * 2)
    done = (*SIGNED, *FIRST, *SECOND)
    assert states(two, two.history(3.5, *done)) == ("in_progress", "accepted", "active", ["held", "pending_funding"])
    assert states(two, two.history(20, *done)) == ("delivered", "accepted", "pending_review", ["released", "held"])
    assert states(two, two.history(24, *done)) == ("completed", "accepted", "completed", ["released", "released"])
    late = two.history(30, *SIGNED, (3, "fund", "client", 0), (4, "cancel", "worker", 0))
    assert states(two, late) == ("open", "pending", "cancelled", ["refunded", "cancelled"])
    draft = two.history(10, accepted=False)
    called_off = GigHistory(project=Project(**{**_fields(draft.project), "state": ProjectState.CANCELLED}), skill_ids=(), bids=draft.bids)
    assert states(two, called_off) == ("cancelled", "rejected", "", [])


def _fields(model: Project) -> dict[str, object]:
    return {name: getattr(model, name) for name in Project.__struct_fields__}


async def test_a_history_that_breaks_the_rules_is_refused(two: Two) -> None:
    with pytest.raises(MilestoneMoved):
        states(two, two.history(20, *SIGNED, *FIRST, (7, "send back", "client", 0)))


async def test_they_stand_and_go_on(deals: Deals, two: Two) -> None:
    disputed = two.history(15, *SIGNED, *FIRST, *SECOND, (10, "object", "client", 1))
    booked = two.history(20, (1, "fund", "client", 0), (2, "confirm", "worker", 0), (3, "deliver", "worker", 0), parts=())
    back = two.history(20, *SIGNED, *FIRST[:3], (6, "send back", "client", 0), (7, "deliver", "worker", 0))
    moves = await stored(deals, two, two.history(24, *SIGNED, *FIRST, *SECOND), disputed, booked, back)
    assert sorted((one.kind, one.others) for one in moves.finished) == [(kind, (two.client.account_id,)) for kind in ("booking", "project")]
    assert {one.id for one in moves.finished} & {disputed.project.id, back.project.id} == set()
    (report,) = moves.reports
    assert (report.by, report.payment.amount.amount, report.payment.state) == (two.client.account_id, 60, "frozen")
    rows = await deals.hall.pool.fetch("SELECT answer, answered_by IS NULL AS by_time FROM gigs.delivery ORDER BY delivered_at")
    assert sorted((row["answer"] or "", row["by_time"]) for row in rows) == [
        ("", True), ("", True), ("approved", False), ("approved", False), ("approved", True), ("approved", True), ("revision", False),
    ]  # fmt: skip
    jobs = await deals.hall.pool.fetchval("SELECT jobs_done FROM profiles.profile WHERE account_id = $1", two.worker.account_id)
    days = await deals.hall.pool.fetchrow("SELECT sum(bids) AS bids, sum(deliveries) AS handed, sum(paid) AS paid FROM gigs.project_day")
    assert (jobs, tuple(days or ())) == (2, (4, 7, 240))
    assert await deals.said("agreement_made") == 0
    await deals.hall.work(rule, Actor.of("test", "a ruling"), report.payment.hold_id, case_of(report.payment.hold_id), 5000)
    await deals.hall.verify()
    held = await deals.hall.pool.fetchval("SELECT id FROM gigs.escrow WHERE state = 'held'")
    assert (await deals.hall.run(release_escrow, two.client, held, Release())).status == "released"
    await deals.hall.verify()


async def test_a_card_may_have_paid(deals: Deals, two: Two) -> None:
    paid = two.history(12, *SIGNED, *FIRST, *SECOND)
    assert paid.choice
    choice = Choice(at=paid.choice.at, bid_id=paid.choice.bid_id, milestones=PARTS, steps=paid.choice.steps, source=SANDBOX)
    money = Project(**{**_fields(paid.project), "asset": "EUR"})
    await stored(deals, two, GigHistory(project=money, skill_ids=(), bids=paid.bids, choice=choice))
    earned = (
        "SELECT amount FROM ledger.balance b JOIN ledger.account a ON a.id = account_id WHERE owner = $1 AND asset = 'EUR' AND amount > 0"
    )
    assert await deals.hall.pool.fetchval(earned, two.worker.account_id) == 36
    held = await deals.hall.pool.fetchval("SELECT id FROM gigs.escrow WHERE state = 'held'")
    await deals.hall.run(refund_escrow, STAFF, held, Grounds(reason="Nothing came."))
    await deals.hall.drain()
    rows = await deals.hall.pool.fetch("SELECT amount, refunded FROM payments.payment ORDER BY amount")
    assert [tuple(row) for row in rows] == [(40, 0), (60, 60)]
    await deals.hall.verify()
