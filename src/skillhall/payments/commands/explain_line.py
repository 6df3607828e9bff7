"""A line of a statement: what it says and we have not heard is applied, what nobody here knows is kept apart, fees are booked.

Each step is a transaction of its own, and may be repeated: what is applied is applied once.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Lines, Transfer, post, provider_charged, resolved, suspended
from skillhall.payments.commands.apply import apply_payment
from skillhall.payments.commands.apply_chargeback import apply_chargeback
from skillhall.payments.commands.apply_payout import apply_payout
from skillhall.payments.commands.apply_refund import apply_refund
from skillhall.payments.model.reconciling import MOVEMENT, Difference, Line, Sums, fee_to_book
from skillhall.payments.model.rules import PaymentRules
from skillhall.payments.ports import ChargebackFacts, PaymentFacts, PayoutFacts, RefundFacts, account_of
from skillhall.payments.queries.comparing import about_of, both_sides
from skillhall.payments.queries.known import knows
from skillhall.payments.store import reconciliations
from skillhall.payments.store.suspense import suspend

LOG = structlog.get_logger("skillhall.payments")
OF_A_PAYMENT: Final = frozenset({"refund", "chargeback", "chargeback_won"})
Answer = RefundFacts | PayoutFacts | None


class UnknownLineError(Exception):
    """Money that moved for what nobody here knows yet: its news is awaited before it is kept apart, else it would be booked twice."""


async def must_ask(tx: Tx, line: Line) -> bool:
    """Return whether the provider has to be asked what became of it: a refund or payout that is not what the line says."""
    return line.kind in {"refund", "payout"} and not await knows(tx, line)


async def explain(tx: Tx, reconciliation_id: UUID, line_id: UUID, answer: Answer) -> None:
    """Apply a line and note what it belongs to. `answer` is what the provider said when it was asked. Nothing when somebody was faster."""
    line = await reconciliations.lock_line(tx, line_id)
    if line.about_id is not None:
        return
    about = await about_of(tx, line)
    if await knows(tx, line):
        await (_keep_apart(tx, reconciliation_id, line) if about is None else reconciliations.explain_line(tx, line_id, about))
        return
    before = await _booked(tx, line, about)
    about = await _apply(tx, line, answer) or about or await about_of(tx, line)
    if about is None:
        is_young = tx.wall - line.at < timedelta(days=tx.setting(PaymentRules).transit_days)
        if is_young and (line.kind in OF_A_PAYMENT or (answer is not None and answer.state == "unknown")):
            raise UnknownLineError(f"a {line.kind} {line.ref} of what is not known")
        await _keep_apart(tx, reconciliation_id, line)
        return
    await reconciliations.explain_line(tx, line_id, about)
    after = await _booked(tx, line, about)
    if after != before:
        cause = "fee" if after.gross == before.gross else "unheard"
        mended = Difference(about=about, asset=line.asset, cause=cause, booked=before.net, stated=after.net, note=line.kind)
        await reconciliations.insert_mended(tx, reconciliation_id, mended)


async def book_fees(tx: Tx, reconciliation_id: UUID, provider: str, about: Subject) -> None:
    """Book what the provider kept of one thing beside what we knew of; in one currency, the others another time."""
    booked, stated = await both_sides(tx, provider, [about])
    for (_, asset), said in sorted(stated.items(), key=lambda item: item[0][1]):
        has = booked.get((about.id, asset), Sums())
        fee = fee_to_book(has, said)
        if fee:
            transfer_id = derived("provider_fee", provider, about.id, asset, has.fee, said.fee, said.lines)
            lines = provider_charged(fee, asset=asset, provider=account_of(provider))
            await post(tx, Transfer(id=transfer_id, kind="provider_fee", subject=about, lines=lines))
            mended = Difference(about=about, asset=asset, cause="fee", booked=has.net, stated=said.net)
            await reconciliations.insert_mended(tx, reconciliation_id, mended)
            return


async def _booked(tx: Tx, line: Line, about: Subject | None) -> Sums:
    if about is None:
        return Sums()
    booked, _ = await both_sides(tx, line.provider, [about])
    return booked.get((about.id, line.asset), Sums())


async def _apply(tx: Tx, line: Line, answer: Answer) -> Subject | None:
    """Have the line applied as any other news is; return what it was about, as far as that is told."""
    match line.kind:
        case "charge":
            came = PaymentFacts(
                ref=line.ref, state="succeeded", payment_id=line.our_id, captured=line.amount, asset=line.asset, fee=line.fee
            )
            return _about("payment", await apply_payment(tx, line.provider, came))
        case "refund":
            if isinstance(answer, RefundFacts) and answer.state != "unknown":
                return _about("payment", await apply_refund(tx, line.provider, answer, is_certain=True))
            return _about("payment", await apply_refund(tx, line.provider, _refund_of(line)))
        case "payout" | "payout_returned":
            if isinstance(answer, PayoutFacts) and answer.state != "unknown":
                return _about("payout", await apply_payout(tx, line.provider, answer, is_proof=True))
            return _about("payout", await apply_payout(tx, line.provider, _payout_of(line)))
        case _:
            taken = ChargebackFacts(
                ref=line.ref, state="won" if line.kind == "chargeback_won" else "open", amount=abs(line.amount), asset=line.asset,
                payment_id=line.our_id, fee=line.fee,
            )  # fmt: skip
            await apply_chargeback(tx, line.provider, taken)
            return None


def _about(kind: str, found: UUID | None) -> Subject | None:
    return None if found is None else Subject(kind, found)


def _refund_of(line: Line) -> RefundFacts:
    return RefundFacts(ref=line.ref, state="succeeded", amount=-line.amount, asset=line.asset, refund_id=line.our_id)


def _payout_of(line: Line) -> PayoutFacts:
    state = "paid" if line.kind == "payout" else "returned"
    return PayoutFacts(ref=line.ref, state=state, amount=abs(line.amount), asset=line.asset, payout_id=line.our_id)


async def _keep_apart(tx: Tx, reconciliation_id: UUID, line: Line) -> None:
    """Book money that belongs to nothing we know; what came in is left to staff to resolve."""
    about, lines = Subject(MOVEMENT, line.id), _apart(line)
    if line.gross > 0:
        reason = f"On the statement, and unknown here: {line.kind} {line.ref or line.number}"
        suspense_id = await suspend(tx, line.provider, line.ref or line.number, None, line.gross, line.asset, reason)
        about = about if suspense_id is None else Subject("suspense", suspense_id)
    await reconciliations.explain_line(tx, line.id, about)
    LOG.warning("statement_line_unknown", provider=line.provider, line=line.number, kind=line.kind, amount=line.amount, currency=line.asset)
    if lines:
        kind = "suspend" if line.gross > 0 else "resolve"
        await post(tx, Transfer(id=derived("unknown", line.id), kind=kind, subject=about, lines=lines))
        mended = Difference(about=about, asset=line.asset, cause="unknown", booked=0, stated=line.gross, note=f"{line.kind} {line.number}")
        await reconciliations.insert_mended(tx, reconciliation_id, mended)


def _apart(line: Line) -> Lines:
    account = account_of(line.provider)
    if line.gross > 0:
        return suspended(line.gross, asset=line.asset, provider=account)
    return resolved(-line.gross, asset=line.asset, provider=account) if line.gross else ()
