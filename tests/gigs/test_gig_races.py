"""Sixteen at once on one engagement: one outcome, no money lost or paid twice, nobody waits in a circle."""

from collections import Counter
from datetime import timedelta

import msgspec

from skillhall.gigs.commands.accept_bid import AcceptBid, BookWorker, accept_bid, book_worker
from skillhall.gigs.commands.agree import CallOff, ChangeTerms, Sign, cancel_agreement, change_terms, complete_agreement, sign_agreement
from skillhall.gigs.commands.contest import freeze, rule
from skillhall.gigs.commands.decide_bid import withdraw_bid
from skillhall.gigs.commands.deliver import AskRevision, approve_milestone, ask_milestone_revision, deliver_milestone
from skillhall.gigs.commands.escrow import Release, fund_milestone, release_escrow, release_milestone
from skillhall.gigs.commands.pass_time import expire_agreement, release_due
from skillhall.kernel import ids
from skillhall.kernel.http import Match
from skillhall.kernel.http.envelope import etag_of
from skillhall.kernel.shapes import Subject
from skillhall.learning.commands.book import Book, book
from tests.gigs.engaging import DONE, STAFF, Deals
from tests.learning.builders import DAY, HOUR, outcome

MANY = 16
PLAIN = AcceptBid()
ALL = Release()
ANY = Match(None).check


async def test_two_accepts_on_one_project(deals: Deals) -> None:
    hall, client = deals.hall, await deals.person(wallet=1000)
    posted = await deals.project(client)
    bids = [await deals.bid(await deals.person(), posted.id, amount=100) for _ in range(MANY)]
    answers = await hall.race(*(outcome(hall.run, accept_bid, client, bid.id, PLAIN) for bid in bids))
    assert Counter(answers) == {"ok": 1, "gigs.project_moved": MANY - 1}
    assert Counter([await deals.bid_state(bid.id) for bid in bids]) == {"accepted": 1, "rejected": MANY - 1}
    assert await hall.pool.fetchval("SELECT count(*) FROM gigs.agreement") == 1
    await hall.verify()


async def test_one_bid_accepted_and_booked_in_sixteen_tabs(deals: Deals) -> None:
    hall, (client, worker) = deals.hall, await deals.pair(wallet=1000)
    posted = await deals.project(client)
    bid = await deals.bid(worker, posted.id, amount=100)
    body = msgspec.convert({"projectId": posted.id, "workerId": worker.account_id, "agreedAmount": 100}, BookWorker, strict=False)
    accepts = [outcome(hall.run, accept_bid, client, bid.id, PLAIN) for _ in range(MANY // 2)]
    books = [outcome(hall.run, book_worker, client, body) for _ in range(MANY // 2)]
    answers = await hall.race(*accepts, *books)
    assert set(answers) <= {"ok", "gigs.booking_not_found"}
    assert await hall.pool.fetchval("SELECT count(*) FROM gigs.agreement") == 1
    assert await deals.held(client) == 100 * await hall.pool.fetchval("SELECT count(*) FROM gigs.booking")
    await hall.verify()


async def test_accept_against_withdraw(deals: Deals) -> None:
    hall = deals.hall
    for _ in range(4):
        client, worker = await deals.pair()
        posted = await deals.project(client)
        bid = await deals.bid(worker, posted.id, amount=100)
        accepts = [outcome(hall.run, accept_bid, client, bid.id, PLAIN) for _ in range(MANY // 2)]
        withdraws = [outcome(hall.run, withdraw_bid, worker, bid.id) for _ in range(MANY // 2)]
        answers = await hall.race(*(call for pair in zip(accepts, withdraws, strict=True) for call in pair))
        assert set(answers) <= {"ok", "gigs.bid_moved", "gigs.project_moved"}
        is_accepted = await deals.bid_state(bid.id) == "accepted"
        assert await hall.pool.fetchval("SELECT count(*) FROM gigs.agreement WHERE bid_id = $1", bid.id) == is_accepted
        assert await deals.project_state(posted.id) == ("in_progress" if is_accepted else "open")
        await hall.verify()


async def test_release_against_freeze(deals: Deals) -> None:
    hall = deals.hall
    for _ in range(4):
        client, worker = await deals.pair(wallet=100)
        made = await deals.handed_over(client, worker, 100)
        hold, case = made.milestones[0].escrow.id, Subject("dispute", ids.new())
        releases = [outcome(hall.run, release_escrow, client, hold, ALL) for _ in range(MANY // 2)]
        freezes = [outcome(hall.run, freeze, worker, hold, case) for _ in range(MANY // 2)]
        answers = await hall.race(*(call for pair in zip(releases, freezes, strict=True) for call in pair))
        assert set(answers) <= {"ok", "gigs.escrow_moved", "gigs.not_disputable"}
        is_frozen = (await deals.escrow(hold)).status == "frozen"
        assert (await deals.earned(worker), await deals.held(client)) == ((0, 100) if is_frozen else (90, 0))
        if is_frozen:
            await hall.run(rule, STAFF, hold, case, 0)
        await hall.verify()


async def test_two_rulings_of_one_case(deals: Deals) -> None:
    hall, (client, worker) = deals.hall, await deals.pair(wallet=100)
    made = await deals.handed_over(client, worker, 100)
    hold, case = made.milestones[0].escrow.id, Subject("dispute", ids.new())
    await hall.run(freeze, client, hold, case)
    answers = await hall.race(*(outcome(hall.run, rule, STAFF, hold, case, 625 * number) for number in range(MANY)))
    assert Counter(answers) == {"ok": 1, "gigs.escrow_moved": MANY - 1}
    view = await deals.escrow(hold)
    assert view.paid_to_worker.amount + view.fee.amount + view.returned.amount == 100
    assert await deals.earned(worker) == view.paid_to_worker.amount
    await hall.verify()


async def test_release_against_the_automatic_release(deals: Deals) -> None:
    hall = deals.hall
    for _ in range(4):
        client, worker = await deals.pair(wallet=100)
        made = await deals.handed_over(client, worker, 100)
        hold = made.milestones[0].escrow.id
        await hall.pool.execute("UPDATE gigs.escrow SET release_at = $2 WHERE id = $1", hold, await deals.now())
        sweeps = [outcome(hall.work, _release_due, hold) for _ in range(MANY // 2)]
        releases = [outcome(hall.run, approve_milestone, client, made.milestones[0].id) for _ in range(MANY // 4)]
        backs = [
            outcome(hall.run, ask_milestone_revision, client, made.milestones[0].id, AskRevision(reason="x")) for _ in range(MANY // 4)
        ]
        answers = await hall.race(*sweeps, *releases, *backs)
        assert set(answers) <= {"ok", "gigs.milestone_moved", "gigs.escrow_moved"}
        assert (await deals.earned(worker), await deals.held(client)) == (90, 0)
        await hall.verify()


async def _release_due(tx: object, hold: object) -> None:
    await release_due(hold, tx)  # type: ignore[arg-type]


async def test_a_lesson_and_a_gig_at_one_hour(deals: Deals) -> None:
    hall = deals.hall
    for day in (3, 4, 5):
        worker = await deals.host()
        offer = await deals.offer(worker, 31)
        start = await deals.start_in(day)
        calls = []
        for number in range(MANY):
            client = await deals.person(wallet=100)
            if number % 2:
                calls.append(outcome(hall.run, book, client, Book(offer_id=offer.id, starts_at=start)))
                continue
            posted = await deals.project(client)
            await deals.bid(worker, posted.id, amount=100)
            body = msgspec.convert({"projectId": posted.id, "workerId": worker.account_id, "agreedAmount": 100}, BookWorker, strict=False)
            timed = msgspec.structs.replace(body, starts_at=start, ends_at=start + HOUR)
            calls.append(outcome(hall.run, book_worker, client, timed))
        answers = await hall.race(*calls)
        assert Counter(answers) == {"ok": 1, "calendar.busy": MANY - 1}
        assert await deals.busy(worker) == 1
        await hall.verify()


async def test_sign_against_change_of_terms(deals: Deals) -> None:
    hall = deals.hall
    for _ in range(4):
        client, worker = await deals.pair()
        made = await deals.accepted(client, worker, 100)
        await hall.run(sign_agreement, client, made.id, Sign(version=1))
        signs = [outcome(hall.run, sign_agreement, worker, made.id, Sign(version=1)) for _ in range(MANY // 2)]
        changes = [
            outcome(hall.run, change_terms, client, made.id, ChangeTerms(scope=f"Scope {number}"), Match(etag_of(1)).check)
            for number in range(MANY // 2)
        ]
        answers = await hall.race(*(call for pair in zip(signs, changes, strict=True) for call in pair))
        assert set(answers) <= {"ok", "gigs.other_version", "http.changed_meanwhile"}
        after = await deals.agreement(made.id)
        assert after.version == 2
        assert (after.status, after.client_signed_at, after.worker_signed_at) == ("draft", None, None)
        await hall.verify()


async def test_sixteen_tabs_fund_and_approve_once(deals: Deals) -> None:
    hall, (client, worker) = deals.hall, await deals.pair(wallet=1000)
    made = await deals.active(client, worker, 100, 50)
    first, second = made.milestones
    await deals.delivered(client, worker, first)
    funds = [outcome(hall.run, fund_milestone, client, second.id) for _ in range(MANY // 2)]
    approvals = [outcome(hall.run, approve_milestone, client, first.id) for _ in range(MANY // 2)]
    assert set(await hall.race(*funds, *approvals)) == {"ok"}
    assert (await deals.held(client), await deals.earned(worker), await deals.spendable(client)) == (50, 90, 850)
    await hall.verify()


async def test_everything_on_one_agreement_at_once(deals: Deals) -> None:
    hall = deals.hall
    for _ in range(3):
        client, worker = await deals.pair(wallet=150)
        made = await deals.active(client, worker, 100, 50)
        first, second = made.milestones
        await deals.delivered(client, worker, first)
        await deals.started(client, worker, second)
        calls = [
            outcome(hall.run, *work)
            for work in (
                (cancel_agreement, client, made.id, CallOff()),
                (cancel_agreement, worker, made.id, CallOff()),
                (complete_agreement, client, made.id),
                (release_milestone, client, first.id),
                (release_milestone, client, second.id),
                (deliver_milestone, worker, second.id, DONE),
                (approve_milestone, client, second.id),
                (ask_milestone_revision, client, first.id, AskRevision(reason="x")),
            )
            for _ in range(2)
        ]
        await hall.race(*calls)
        await hall.verify()
        assert await deals.spendable(client) + await deals.held(client) + await deals.earned(worker) + await _fees(deals) == 150
        await hall.advance(20 * DAY)
        await hall.verify()


async def _fees(deals: Deals) -> int:
    found = await deals.hall.pool.fetchval("SELECT coalesce(sum(paid_fee), 0)::int FROM gigs.escrow WHERE paid_fee > 0")
    paid_before = getattr(deals, "fees", 0)
    deals.fees = found  # type: ignore[attr-defined]
    return found - paid_before


async def test_sign_against_the_end_of_its_time(deals: Deals) -> None:
    hall, (client, worker) = deals.hall, await deals.pair(wallet=100)
    made = await deals.hired(client, worker, 100)
    await hall.run(sign_agreement, client, made.agreement.id, Sign(version=1))
    await hall.pool.execute("UPDATE gigs.agreement SET sign_by = $1", await deals.now() - timedelta(minutes=1))
    signs = [outcome(hall.run, sign_agreement, worker, made.agreement.id, Sign(version=1)) for _ in range(MANY // 2)]
    sweeps = [outcome(hall.work, _expire, made.agreement.id) for _ in range(MANY // 2)]
    answers = await hall.race(*(call for pair in zip(signs, sweeps, strict=True) for call in pair))
    assert set(answers) <= {"ok", "gigs.agreement_moved"}
    assert await deals.states(made.agreement.id) in {("active", "in_progress"), ("cancelled", "open")}
    await hall.verify()


async def _expire(tx: object, agreement_id: object) -> None:
    await expire_agreement(agreement_id, tx)  # type: ignore[arg-type]
