"""Random walks through groups with the real books and calendars behind them: whatever people do, in any order, the checks hold."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from skillhall.calendar.api import Busy
from skillhall.disputes.commands.open_dispute import report_problem
from skillhall.disputes.model.bodies import Problem
from skillhall.kernel.actor import Actor
from skillhall.learning.commands.cancel import cancel, give_up_seat
from skillhall.learning.commands.confirm import confirm
from skillhall.learning.commands.end import end
from skillhall.learning.commands.interrupt import interrupt
from skillhall.learning.commands.join import join, leave
from skillhall.learning.commands.pause import pause
from skillhall.learning.commands.reason import Reason
from skillhall.learning.commands.report_no_show import report_no_show
from skillhall.learning.commands.reschedule import Reschedule, propose
from skillhall.learning.commands.resume import resume
from skillhall.learning.commands.start import start
from skillhall.learning.commands.take_seat import TakeSeat, take_seat
from skillhall.learning.queries.views import SessionView
from tests.disputes.builders import Court
from tests.learning.builders import DAY, HOUR, MINUTE, People, outcome

WALLETS = (200, 93, 62, 31, 0)
STEPS, LIVE = 120, 3
KINDS = {"take": 5, "leave": 4, "learner": 6, "host": 5, "move": 1, "report": 1, "rule": 1, "cancel": 0.5, "meet": 2, "time": 3}
LINE, ILL, RUDE = TakeSeat(waiting_list=True), Reason(), Problem(description="no sound")
DIVISIONS = (0, 1, 5_000, 10_000)
BY_LEARNERS = (join, join, leave, confirm, interrupt, report_no_show)
BY_HOSTS = (join, start, start, pause, resume, end, interrupt, report_no_show)
OWNED = """
SELECT sum(e.amount) FROM ledger.entry e JOIN ledger.account a ON a.id = e.account_id
WHERE a.kind IN ('wallet', 'grant', 'held', 'earnings', 'platform_fee')
"""
FROZEN = "SELECT DISTINCT session_id FROM learning.seat WHERE settlement = 'frozen'"


class Walk:
    """Two hosts who open one group after another, often both at one time, and learners of different means."""

    def __init__(self, people: People, seed: int) -> None:
        self.people, self.hall, self.draw = people, people.hall, Random(seed)
        self.hosts: list[Actor] = []
        self.learners: list[Actor] = []
        self.groups: list[tuple[Actor, SessionView]] = []
        self.answers = Counter[str]()

    async def begin(self) -> None:
        self.hosts = [await self.people.host() for _ in range(2)]
        self.learners = [await self.people.person(wallet=wallet) for wallet in WALLETS]

    async def do(self, command: Callable[..., Any], by: Actor, *args: Any) -> None:
        """Try it; anything but an answer or a refusal fails the walk."""
        self.answers[await outcome(self.hall.run, command, by, *args)()] += 1

    async def live(self) -> list[tuple[Actor, SessionView]]:
        """Return the groups that have not ended, three at least: others are opened, and filled, as soon as some have."""
        rows = await self.hall.pool.fetch("SELECT id FROM learning.session WHERE due_at IS NOT NULL")
        found = [(host, session) for host, session in self.groups if session.id in {row["id"] for row in rows}]
        if len(found) >= LIVE:
            return found
        host, seats, days, hour = self.draw.choice(self.hosts), self.draw.randint(1, 3), self.draw.randint(1, 3), self.draw.choice((8, 12))
        try:
            session = await self.people.group(host, seats, days=days, hour=hour)
        except Busy:
            return found or await self.live()
        self.groups.append((host, session))
        for learner in self.learners:
            await self.do(take_seat, learner, session.id, LINE)
        return [*found, (host, session)]

    async def step(self) -> None:
        live = await self.live()
        host, session = self.draw.choice(live if self.draw.random() < 0.8 else self.groups)
        learner = self.draw.choice(self.learners)
        match self.draw.choices(list(KINDS), list(KINDS.values()))[0]:
            case "take":
                await self.do(take_seat, learner, session.id, LINE)
            case "leave":
                await self.do(give_up_seat, learner, session.id)
            case "learner":
                await self.do(self.draw.choice(BY_LEARNERS), learner, session.id)
            case "host":
                await self.do(self.draw.choice(BY_HOSTS), host, session.id)
            case "move":
                at = await self.people.now() + timedelta(hours=self.draw.randint(1, 60))
                await self.do(propose, host, session.id, Reschedule(starts_at=at))
            case "report":
                await self.do(report_problem, learner, session.id, RUDE)
            case "rule":
                await self.decide(session.id)
            case "cancel":
                await self.do(cancel, host, session.id, ILL)
            case "meet":
                await self.meet(host, session)
            case _:
                await self.hall.advance(self.draw.choice((timedelta(), 5 * MINUTE, 20 * MINUTE, HOUR, 5 * HOUR)))

    async def meet(self, host: Actor, session: SessionView) -> None:
        """Go to the start of a group; most come."""
        at = await self.hall.pool.fetchval("SELECT starts_at FROM learning.session WHERE id = $1", session.id)
        await self.hall.advance(max(timedelta(), at - 6 * MINUTE - await self.people.now()))
        for person in (host, *self.learners):
            if self.draw.random() < 0.7:
                await self.do(join, person, session.id)
        await self.do(start, host, session.id)

    async def decide(self, session_id: UUID) -> None:
        """End the open disputes about a session: its sides agree on a division, or who opened them lets them be."""
        court = Court(self.people)
        if self.draw.random() < 0.3:
            await court.withdraw(session_id)
        else:
            await court.settle(session_id, self.draw.choice(DIVISIONS))

    async def end(self) -> None:
        """Let time do the rest, and end what is disputed."""
        await self.hall.advance(12 * DAY)
        for row in await self.hall.pool.fetch(FROZEN):
            await self.decide(row["session_id"])
        await self.hall.drain()


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.full) for seed in (1, 2))])
@pytest.mark.full
async def test_no_walk_loses_or_makes_a_credit(people: People, seed: int) -> None:
    hall, walk = people.hall, Walk(people, seed)
    await walk.begin()
    for number in range(STEPS):
        await walk.step()
        if number % 5 == 0:
            await hall.verify()
            assert await hall.pool.fetchval(OWNED) == sum(WALLETS)
    await walk.end()
    await hall.verify()
    assert await hall.pool.fetchval(OWNED) == sum(WALLETS)
    assert [await people.held(learner) for learner in walk.learners] == [0] * len(WALLETS)
    assert await hall.pool.fetchval("SELECT count(*) FROM learning.session WHERE due_at IS NOT NULL") == 0
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.delivery WHERE attempts > 0") == 0
    assert walk.answers["ok"] > STEPS // 3, walk.answers
