"""Proposals and rulings on screens."""

from datetime import datetime
from uuid import UUID

from skillhall.disputes.model.case import WHOLE, outcome_of
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Instant, View, instant

OF_CASE = sql("""
SELECT d.id, d.kind, d.state, d.payee_bp, d.reason, d.made_at, d.payer_accepted_at, d.payee_accepted_at, c.amount, c.asset
FROM disputes.decision d JOIN disputes.case c ON c.id = d.case_id WHERE d.case_id = $1 ORDER BY d.made_at, d.id
""")


class DecisionView(View, frozen=True, kw_only=True):
    """A proposal, or a ruling. `toPayee` is before the fee. An open one waits to be accepted; a ruling is carried out in any case."""

    id: UUID
    kind: str
    status: str
    outcome: str
    payee_basis_points: int
    to_payee: Money
    to_payer: Money
    reason: str
    made_at: Instant
    payer_accepts: bool
    payee_accepts: bool


async def decisions(read: Read, dispute_id: UUID) -> list[DecisionView]:
    """Return all proposals and rulings of a case, oldest first."""
    rows = [dict(row) for row in await read.rows(OF_CASE, dispute_id)]
    return [decision_view(row.pop("amount"), row.pop("asset"), **row) for row in rows]


def division(amount: int, asset: str, payee_bp: int) -> tuple[Money, Money]:
    """Return what the payee gets, before the fee and rounded down, and what the payer gets back."""
    gross = amount * payee_bp // WHOLE
    return Money(gross, asset), Money(amount - gross, asset)


def decision_view(
    amount: int,
    asset: str,
    *,
    id: UUID,  # noqa: A002 - a column
    kind: str,
    state: str,
    payee_bp: int,
    reason: str,
    made_at: datetime,
    payer_accepted_at: datetime | None,
    payee_accepted_at: datetime | None,
) -> DecisionView:
    """Return one as everybody who sees the dispute may see it."""
    to_payee, to_payer = division(amount, asset, payee_bp)
    return DecisionView(
        id=id,
        kind=kind,
        status=state,
        outcome=outcome_of(payee_bp),
        payee_basis_points=payee_bp,
        to_payee=to_payee,
        to_payer=to_payer,
        reason=reason,
        made_at=instant(made_at),
        payer_accepts=payer_accepted_at is not None,
        payee_accepts=payee_accepted_at is not None,
    )
