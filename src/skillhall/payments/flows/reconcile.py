"""Reconcile: ask a provider for the statement of a day, apply what we have not heard, book its fees, and list what differs still.

Killed anywhere, it is run again: lines are kept once, and what is applied is applied once. Two at once find the same.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import structlog

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import NIL
from skillhall.kernel.shapes import Subject
from skillhall.payments.commands.explain_line import Answer, book_fees, explain, must_ask
from skillhall.payments.model.reconciling import Findings, Line
from skillhall.payments.ports import Movement, Provider, RefundOrder
from skillhall.payments.queries.comparing import compare, with_fees
from skillhall.payments.store import reconciliations

LOG = structlog.get_logger("skillhall.payments")


async def reconcile(runner: Runner, by: Actor, party: Provider, day: date) -> UUID:
    """Compare one UTC day; return the reconciliation, which says so where there was no statement."""

    async def begun(tx: Tx) -> UUID:
        return await reconciliations.begin(tx, party.name, day)

    reconciliation_id = await runner.run(begun, actor=by)
    try:
        movements = await party.statement(day)
    except Exception as error:
        LOG.exception("no_statement", provider=party.name, day=str(day))
        problem = f"{type(error).__name__}: {error}"
        await runner.run(lambda tx: reconciliations.fail(tx, reconciliation_id, problem), actor=by)
        return reconciliation_id
    for line in await runner.run(lambda tx: _kept(tx, party.name, movements), actor=by):
        await _explained(runner, by, party, reconciliation_id, line)
    for about in await with_fees(await runner.read(), party.name, day):
        await _fees_booked(runner, by, party.name, reconciliation_id, about)
    async with runner.snapshot() as read:
        found = await compare(read, party.name, day, reconciliation_id)
    await runner.run(lambda tx: _finished(tx, party.name, reconciliation_id, found), actor=by)
    return reconciliation_id


async def _kept(tx: Tx, provider: str, movements: Sequence[Movement]) -> list[Line]:
    await reconciliations.lock_books(tx, provider)
    await reconciliations.keep_lines(tx, provider, movements)
    return await reconciliations.unexplained_lines(tx, provider)


async def _explained(runner: Runner, by: Actor, party: Provider, reconciliation_id: UUID, line: Line) -> None:
    """Explain one line; what fails is noted on it, and does not keep the others."""
    try:
        answer = await _asked(party, line) if await runner.run(lambda tx: must_ask(tx, line), actor=by) else None
        await runner.run(lambda tx: explain(tx, reconciliation_id, line.id, answer), actor=by)
    except Exception as error:
        LOG.exception("statement_line_failed", provider=party.name, line=line.number)
        problem = f"{type(error).__name__}: {error}"
        await runner.run(lambda tx: reconciliations.note_error(tx, line.id, problem), actor=by)


async def _fees_booked(runner: Runner, by: Actor, provider: str, reconciliation_id: UUID, about: Subject) -> None:
    await runner.run(lambda tx: book_fees(tx, reconciliation_id, provider, about), actor=by)


async def _asked(party: Provider, line: Line) -> Answer:
    """Return what the provider says of it now: a statement tells what moved, not what came of it since."""
    if line.kind == "refund":
        order = RefundOrder(key=line.our_id or NIL, payment_id=NIL, ref="", amount=-line.amount, asset=line.asset)
        return await party.retrieve_refund(order, line.ref)
    return await party.retrieve_payout(line.our_id or NIL, line.ref)


async def _finished(tx: Tx, provider: str, reconciliation_id: UUID, found: Findings) -> None:
    await reconciliations.lock_books(tx, provider)
    await reconciliations.finish(tx, reconciliation_id, found)
    if not found.is_clean:
        LOG.error("reconciliation_not_clean", provider=provider, differences=sum(not one.is_explained for one in found.differences))
