"""Adopt projects that come in bulk with all that came of them: an import, the demo community."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.gigs.model.contest import Contested, Finished, contested_of, finished_of
from skillhall.gigs.model.engagement import Engagement
from skillhall.gigs.model.engagement_facts import moved_money, posting, to_give_back
from skillhall.gigs.model.escrow import WALLET, EngagementRules, Escrow, EscrowState
from skillhall.gigs.model.history import CaseOf, Gig, GigHistory, replay
from skillhall.gigs.store import adopted
from skillhall.gigs.store.adopted_projects import adopt_bids, adopt_projects
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Transfer, refund
from skillhall.payments import api as payments
from skillhall.profiles import api as profiles


class GigReport(Struct, frozen=True, kw_only=True):
    """What client or worker of an adopted project objected to, and when: a case for disputes, which freezes the hold."""

    payment: Contested
    by: UUID
    problem: str
    at: datetime


class GigMoves(Struct, frozen=True, kw_only=True):
    """What adopted projects do to the books, oldest first; what of it is then disputed; what can be reviewed."""

    postings: list[tuple[datetime, Transfer]]
    reports: list[GigReport]
    finished: list[Finished]


async def adopt(tx: Tx, histories: Sequence[GigHistory], now: datetime, case_of: CaseOf, origin: str = "import") -> GigMoves:
    """Store the projects as their histories leave them at `now`; `case_of` a hold is the case under which a disputed one is frozen.

    Nothing is published. The caller posts the moves through the ledger, after what people began with, in the same transaction.
    """
    rules = tx.setting(EngagementRules)
    gigs = [replay(history, rules, case_of, now) for history in histories]
    engagements = [gig.engagement for gig in gigs if gig.engagement]
    finished = [found for found in map(finished_of, engagements) if found]
    await adopt_projects(tx, [gig.project for gig in gigs], {history.project.id: history.skill_ids for history in histories}, origin)
    await adopt_bids(tx, [bid for gig in gigs for bid in gig.bids])
    await adopted.insert_engagements(tx, engagements)
    await adopted.count_days(tx, [gig.project.id for gig in gigs])
    await payments.adopt(tx, [_payment(escrow) for engagement in engagements for escrow in engagement.escrows if _has_payment(escrow)])
    await profiles.adopt_jobs(tx, Counter(found.host_or_worker_id for found in finished))
    changes = [change for gig in gigs for change in gig.changes]
    postings = [(at, moved) for at, before, after in changes if (moved := _posting(before, after))]
    return GigMoves(
        postings=sorted(postings, key=lambda move: move[0]),
        reports=[report for history, gig in zip(histories, gigs, strict=True) for report in _reports(history, gig)],
        finished=finished,
    )


def _has_payment(escrow: Escrow) -> bool:
    """Whether a provider has brought the money, and it has not gone back there."""
    return escrow.funded_from not in {None, WALLET} and (escrow.is_funded or not escrow.returned)


def _payment(escrow: Escrow) -> payments.Adopted:
    payment_id = _payment_id(escrow)
    return payments.Adopted(
        id=payment_id,
        payer_id=escrow.client_id,
        payee_id=escrow.worker_id,
        purpose="booking" if escrow.kind == "booking" else "milestone",
        subject=Subject("escrow", escrow.id),
        title=escrow.title,
        amount=escrow.amount,
        asset=escrow.asset,
        fee=escrow.fee_of(escrow.amount),
        hold_id=escrow.id,
        provider=(escrow.funded_from or "").removeprefix("provider:"),
        ref=f"adopted_{payment_id}",
        at=escrow.funded_at or escrow.created_at,
    )


def _payment_id(escrow: Escrow) -> UUID:
    return derived("payment of", escrow.id)


def _posting(before: Engagement | None, after: Engagement) -> Transfer | None:
    """Return what moved; money of a provider by the name of its payment, and what went back to one has arrived there."""
    backs = {one.id: refund(one.id, one.funded_from or "", one.returned) for one in to_give_back(before, after)}
    moved = posting(before, after, backs)
    if moved is None or moved.kind not in {"fund", "refund_open"}:
        return moved
    if moved.kind == "refund_open":
        return replace(moved, kind="refund_done")
    (escrow,) = moved_money(before, after)
    return replace(moved, subject=Subject("payment", _payment_id(escrow)))


def _reports(history: GigHistory, gig: Gig) -> Iterator[GigReport]:
    objections = {step.at: step for step in history.choice.steps if step.verb == "object"} if history.choice else {}
    for at, before, after in gig.changes:
        if before is None or at not in objections:
            continue
        for escrow in after.escrows:
            if escrow.state is EscrowState.FROZEN and before.escrow(escrow.id).state is not EscrowState.FROZEN:
                yield GigReport(payment=contested_of(escrow), by=objections[at].by, problem=objections[at].text, at=at)
