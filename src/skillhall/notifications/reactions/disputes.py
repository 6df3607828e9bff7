"""What the two sides are told of their dispute, and of a payment that a bank has taken back; never who of staff did it."""

from datetime import datetime
from uuid import UUID

from skillhall.disputes import events
from skillhall.disputes.api import CHARGEBACK, case_news
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.notifications.commands.notify import notify
from skillhall.notifications.model.facts import Fact
from skillhall.notifications.model.notice import Notice
from skillhall.notifications.reactions.telling import hears, names, yes_or_no

WHOLE = 10_000
TOLD: dict[type[events.DisputeFact], str] = {
    events.Opened: "disputes.opened",
    events.UnderReview: "disputes.under_review",
    events.EvidenceAdded: "disputes.evidence_added",
    events.MessageSent: "disputes.message_sent",
    events.Proposed: "disputes.proposed",
    events.Ruled: "disputes.ruled",
    events.Appealed: "disputes.appealed",
    events.Resolved: "disputes.resolved",
    events.Rejected: "disputes.rejected",
    events.Withdrawn: "disputes.withdrawn",
}
OF_BANK: dict[type[events.DisputeFact], str] = {
    events.Opened: "payments.chargeback_opened",
    events.UnderReview: "payments.chargeback_reviewed",
    events.Resolved: "payments.chargeback_closed",
}


async def tell_sides(event: events.DisputeFact, tx: Tx) -> None:
    """Tell both sides, but not the one who did it. A final ruling is carried out at once, and that is told.

    What the payee brings forward about a chargeback is for the bank, and not for the payer.
    """
    news = await case_news(tx, event.dispute_id)
    is_of_bank = event.kind == CHARGEBACK
    if news is None or (isinstance(event, events.Ruled) and event.is_final) or (isinstance(event, events.EvidenceAdded) and is_of_bank):
        return
    sides = [event.payer_id, event.payee_id]
    called = await names(tx, sides)
    until = _until(event)
    facts: dict[str, Fact] = {
        "title": news.title,
        "payee": called[event.payee_id],
        "has_until": yes_or_no(until),
        "until": until or "",
        **_division(getattr(event, "payee_bp", 0)),
        "is_answered": yes_or_no(getattr(event, "is_answered", False)),
        "is_taken_back": yes_or_no(getattr(event, "is_taken_back", False)),
    }
    codes = {**TOLD, **OF_BANK} if is_of_bank else TOLD
    notices = [
        Notice(
            account_id=reader,
            type=codes[type(event)],
            about=Subject("dispute", event.dispute_id),
            facts=facts,
            path=f"disputes/{event.dispute_id}",
            actor_id=_actor(event),
            why="payer" if reader == event.payer_id else "payee",
            data={"disputeId": str(event.dispute_id), "contestedId": str(event.contested_id), "kind": event.kind},
        )
        for reader in sides
    ]
    await notify(tx, *notices)


def _actor(event: events.DisputeFact) -> UUID | None:
    match event:
        case events.Opened() | events.Withdrawn():
            return event.opener_id
        case events.Appealed() | events.MessageSent() | events.EvidenceAdded():
            return event.by_id
        case _:
            return None


def _until(event: events.DisputeFact) -> datetime | None:
    match event:
        case events.Opened():
            return event.answer_by
        case events.UnderReview() | events.Appealed():
            return event.review_by
        case events.Ruled():
            return event.executes_at
        case _:
            return None


def _division(payee_bp: int) -> dict[str, Fact]:
    """Return who gets what: the word by which texts choose, and the payee's share in percent."""
    share = "all" if payee_bp == WHOLE else "part" if payee_bp else "none"
    return {"share": share, "percent": f"{payee_bp / 100:g}"}


REACTIONS = hears(tell_sides, *TOLD)
