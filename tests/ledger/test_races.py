"""Many callers at once, on real connections: nothing is lost, doubled or deadlocked."""

import asyncio
import random
from uuid import UUID

import pytest

from skillhall.kernel import ids
from skillhall.kernel.db import runner
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import HoldClosed, HoldShort, Insufficient, Posted, Transfer, freeze, grant, hold, post, release, settle, wallet
from tests.ledger.builders import a_transfer, outcome, rich
from tests.support.hall import TestHall

CALLERS = 16


@pytest.fixture(autouse=True)
def no_second_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a deadlock fail the test: the statistics may tell of one only seconds later, and a rerun would hide it."""
    monkeypatch.setattr(runner, "ATTEMPTS", 1)


async def available(hall: TestHall, account_id: UUID) -> tuple[int, int, int]:
    """Return what somebody can spend, has earned, and has held."""
    balance = (await wallet(await hall.read(), account_id)).balances[0]
    return balance.available.amount, balance.earnings.amount, balance.held.amount


async def test_the_last_credits_are_spent_once(hall: TestHall) -> None:
    (ada,) = await rich(hall, 1, 30)
    holds = [a_transfer("hold", hold(ids.new(), ada, 30, "test", ids.NIL)) for _ in range(CALLERS)]
    answers = await hall.race(*(outcome(hall.work, post, transfer) for transfer in holds))
    assert sum(isinstance(answer, Posted) for answer in answers) == 1
    assert answers.count("ledger.insufficient") == CALLERS - 1
    assert await available(hall, ada) == (0, 0, 30)
    await hall.verify()


async def test_the_same_transfer_six_times_at_once_posts_once(hall: TestHall) -> None:
    ada = ids.new()
    transfer = a_transfer("grant", grant(ada, 10))
    answers = await hall.race(*(outcome(hall.work, post, transfer) for _ in range(6)))
    assert sorted(answer.is_replay for answer in answers) == [False, True, True, True, True, True]
    assert len({answer.seq for answer in answers}) == 1
    assert await available(hall, ada) == (10, 0, 0)
    await hall.verify()


async def test_a_hold_is_settled_or_released_never_both(hall: TestHall) -> None:
    ada, host = await rich(hall, 2, 30)
    hold_id = ids.new()
    await hall.work(post, a_transfer("hold", hold(hold_id, ada, 30, "test", ids.NIL)))
    ends = [("settle", settle(hold_id, host, 30, fee=3)), ("release", release(hold_id))] * (CALLERS // 2)
    answers = await hall.race(*(outcome(hall.work, post, a_transfer(kind, lines)) for kind, lines in ends))
    assert sum(isinstance(answer, Posted) for answer in answers) == 1
    assert answers.count("ledger.hold_closed") == CALLERS - 1
    assert await available(hall, ada) in {(0, 0, 0), (30, 0, 0)}
    await hall.verify()


async def test_freezing_and_settling_at_once(hall: TestHall) -> None:
    ada, host = await rich(hall, 2, 300)
    for _ in range(10):
        hold_id = ids.new()
        await hall.work(post, a_transfer("hold", hold(hold_id, ada, 30, "test", ids.NIL)))
        frozen, settled = await hall.race(
            outcome(hall.work, freeze, [hold_id], Subject("report", ids.new())),
            outcome(hall.work, post, a_transfer("settle", settle(hold_id, host, 30))),
        )
        assert (frozen, settled) == ([hold_id], "ledger.hold_frozen") or (frozen == [] and isinstance(settled, Posted))
    await hall.verify()


async def test_two_hundred_seats_are_refunded_in_one_posting(hall: TestHall) -> None:
    learners = await rich(hall, 200, 50)
    holds = [ids.new() for _ in learners]
    pairs = zip(holds, learners, strict=True)
    await hall.work(post, a_transfer("hold", tuple(line for key, who in pairs for line in hold(key, who, 30, "test", ids.NIL))))
    assert await available(hall, learners[99]) == (20, 0, 30)
    lines = tuple(line for hold_id in holds for line in release(hold_id))
    answers = await hall.race(*(outcome(hall.work, post, a_transfer("release", lines[::turn])) for turn in (1, -1, 1, -1)))
    assert sum(isinstance(answer, Posted) for answer in answers) == 1
    assert answers.count("ledger.hold_closed") == 3
    assert [await available(hall, learner) for learner in learners] == [(50, 0, 0)] * 200
    await hall.verify()


async def test_first_postings_of_the_same_people_at_once(hall: TestHall) -> None:
    newcomers = [ids.new() for _ in range(8)]

    def lines(turn: int) -> Transfer:
        order = newcomers if turn % 2 else newcomers[::-1]
        return a_transfer("grant", tuple(line for who in order for line in grant(who, 10)))

    answers = await hall.race(*(outcome(hall.work, post, lines(turn)) for turn in range(CALLERS)))
    assert all(isinstance(answer, Posted) for answer in answers)
    assert [await available(hall, who) for who in newcomers] == [(10 * CALLERS, 0, 0)] * 8
    await hall.verify()


async def test_sixteen_callers_on_ten_hot_accounts(hall: TestHall) -> None:
    people = await rich(hall, 10, 200)
    total = 10 * 200

    async def caller(seed: int) -> int:
        dice, done, mine = random.Random(seed), 0, list[UUID]()
        for _ in range(25):
            transfer = move(dice, mine)
            try:
                await hall.work(post, transfer)
            except (Insufficient, HoldClosed, HoldShort):
                continue
            done += 1
            mine += [line.hold_id for line in transfer.lines if line.purpose and line.hold_id]
        return done

    def move(dice: random.Random, mine: list[UUID]) -> Transfer:
        payer, payee, *others = dice.sample(people, 5)
        if not mine or dice.random() < 0.5:
            wanted = [(who, dice.randint(1, 40)) for who in (payer, *others[: dice.randint(0, 3)])]
            return a_transfer("hold", tuple(line for who, amount in wanted for line in hold(ids.new(), who, amount, "test", ids.NIL)))
        hold_id = dice.choice(mine)
        if dice.random() < 0.3:
            return a_transfer("release", release(hold_id))
        gross = dice.randint(1, 20)
        return a_transfer("settle", settle(hold_id, payee, gross, fee=gross // 10, back=dice.randint(0, 5)))

    before = await hall.deadlocks()
    done = await asyncio.gather(*(caller(seed) for seed in range(CALLERS)))
    assert await hall.deadlocks() == before
    assert sum(done) > CALLERS * 5
    balances = [await available(hall, who) for who in people]
    assert sum(sum(balance) for balance in balances) + await _fees(hall) == total
    await hall.verify()


async def test_a_short_waiter_leaves_the_posting_to_the_next(hall: TestHall) -> None:
    poor, ada = ids.new(), (await rich(hall, 1, 30))[0]

    async def promote(tx: Tx) -> UUID | None:
        for waiter in (poor, ada):
            try:
                async with tx.savepoint():
                    await post(tx, a_transfer("hold", hold(ids.new(), waiter, 20, "test", ids.NIL)))
            except Refusal:
                continue
            return waiter
        return None

    assert await hall.work(promote) == ada
    assert (await available(hall, poor), await available(hall, ada)) == ((0, 0, 0), (10, 0, 20))
    await hall.verify()


async def _fees(hall: TestHall) -> int:
    fees = "SELECT sum(e.amount) FROM ledger.entry e JOIN ledger.account a ON a.id = e.account_id WHERE a.kind = 'platform_fee'"
    return int(await hall.pool.fetchval(fees) or 0)
