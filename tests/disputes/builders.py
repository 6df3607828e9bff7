"""Lessons that end in a dispute, made with the real commands."""

from typing import Any
from uuid import UUID

import msgspec

from skillhall.disputes.commands.decide import propose, resolve
from skillhall.disputes.commands.open_dispute import open_dispute, report_problem
from skillhall.disputes.commands.respond import accept, withdraw
from skillhall.disputes.commands.say import say
from skillhall.disputes.model.bodies import Message, OpenDispute, Problem, Verdict
from skillhall.disputes.queries.cases import DisputeView, dispute_view
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.learning.queries.views import SessionView
from tests.learning.builders import People

RULER = Actor(account_id=ids.new(), permissions=frozenset({"case.mediate", "case.rule", "session.read"}))
OPEN = """
SELECT c.id, c.payer_id, c.payee_id, c.opener_id FROM disputes.case c JOIN learning.seat e ON e.hold_id = c.hold_id
WHERE e.session_id = $1 AND c.closed_at IS NULL ORDER BY c.id
"""
OTHER_RULER = Actor(account_id=ids.new(), permissions=frozenset({"case.mediate", "case.rule"}))
MEDIATOR = Actor(account_id=ids.new(), permissions=frozenset({"case.mediate"}))


def verdict(payee_bp: int, reason: str = "Both were heard.") -> Verdict:
    """Return a division as staff sends it."""
    word = {0: "full_refund", 10_000: "no_refund"}.get(payee_bp, "partial_refund")
    body: dict[str, Any] = {"outcome": word, "reason": reason}
    return msgspec.convert(body if payee_bp in {0, 10_000} else {**body, "payeeBasisPoints": payee_bp}, Verdict)


class Court:
    """What sides and staff do in one hall."""

    def __init__(self, people: People) -> None:
        self.people, self.hall = people, people.hall

    async def report(self, by: Actor, session_id: UUID, text: str = "no sound", **named: UUID) -> SessionView:
        """Object to a session by its own door."""
        return await self.hall.run(report_problem, by, session_id, Problem(description=text, **named))

    async def open(self, by: Actor, session_id: UUID, **rest: Any) -> DisputeView:
        """Open a dispute about a session."""
        return await self.hall.run(open_dispute, by, OpenDispute(session_id=session_id, reason="no sound", **rest))

    async def lesson(self, price: int = 31) -> tuple[Actor, Actor, SessionView]:
        """Return host, learner, and a lesson of theirs that has just ended."""
        host, learner = await self.people.host(), await self.people.person(wallet=price)
        return host, learner, await self.people.done(host, learner, price)

    async def opened(self, price: int = 31) -> tuple[Actor, Actor, DisputeView]:
        """Return host, learner, and the dispute the learner has opened about a lesson."""
        host, learner, session = await self.lesson(price)
        return host, learner, await self.open(learner, session.id)

    async def heard(self, price: int = 31) -> tuple[Actor, Actor, DisputeView]:
        """Return the same, answered by the host."""
        host, learner, dispute = await self.opened(price)
        await self.hall.run(say, host, dispute.id, Message(text="The sound was fine here."))
        return host, learner, await self.view(dispute.id)

    async def ruled(self, payee_bp: int = 6_000, price: int = 31) -> tuple[Actor, Actor, DisputeView]:
        """Return the same, with a ruling not carried out yet."""
        host, learner, dispute = await self.heard(price)
        return host, learner, await self.hall.run(resolve, RULER, dispute.id, verdict(payee_bp))

    async def view(self, dispute_id: UUID) -> DisputeView:
        """Return the dispute as staff sees it."""
        return await dispute_view(await self.hall.read(), dispute_id, RULER)

    async def settle(self, session_id: UUID, payee_bp: int, *parties: Actor) -> None:
        """End every open dispute about a session as its sides agree."""
        for row in await self.hall.pool.fetch(OPEN, session_id):
            if parties and not {row["payer_id"], row["payee_id"]} <= {party.account_id for party in parties}:
                continue
            await self.hall.run(propose, MEDIATOR, row["id"], verdict(payee_bp))
            for party in (row["payer_id"], row["payee_id"]):
                await self.hall.run(accept, Actor(account_id=party), row["id"])

    async def withdraw(self, session_id: UUID) -> None:
        """Withdraw every open dispute about a session."""
        for row in await self.hall.pool.fetch(OPEN, session_id):
            await self.hall.run(withdraw, Actor(account_id=row["opener_id"]), row["id"])
