"""What contexts above may know of a payment that is disputed: who pays whom for what, and what happened."""

from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Subject, instant, maybe_instant
from skillhall.learning.model.contest import Contested
from skillhall.learning.model.terms import Terms
from skillhall.ledger.api import hold_entries
from skillhall.messaging.api import Member, Say
from skillhall.messaging.api import evidence as messages

OF_HOLD = sql("""
SELECT e.hold_id, e.id AS seat_id, s.title, e.account_id, s.host_id, e.price, e.asset, e.settle_at, e.settlement
FROM learning.seat e JOIN learning.session s ON s.id = e.session_id WHERE e.hold_id = $1
""")
OF_SESSION = sql("""
SELECT e.hold_id, e.id AS seat_id, s.title, e.account_id, s.host_id, e.price, e.asset, e.settle_at, e.settlement
FROM learning.seat e JOIN learning.session s ON s.id = e.session_id WHERE s.id = $1 ORDER BY e.created_at, e.id
""")
FACTS = sql("""
SELECT s.id, s.title, s.kind, s.state, s.starts_at, s.ends_at, s.started_at, s.interrupted_at, s.ended_at, s.created_at, s.terms,
       s.closed_as, s.closed_by, s.closed_reason, e.state AS seat_state, e.account_id, s.host_id
FROM learning.seat e JOIN learning.session s ON s.id = e.session_id WHERE e.hold_id = $1
""")
SIDES = sql("""
SELECT s.id, s.title, s.host_id, s.host_profile_id, e.account_id, e.profile_id
FROM learning.seat e JOIN learning.session s ON s.id = e.session_id WHERE e.hold_id = $1
""")
PRESENCE = sql("""
SELECT account_id, entered_at, left_at FROM learning.attendance WHERE session_id = $1 AND account_id = ANY($2) ORDER BY entered_at, id
""")
PROPOSALS = sql("""
SELECT by_id, from_starts_at, starts_at, state, reason, created_at FROM learning.proposal WHERE session_id = $1 ORDER BY created_at, id
""")

FROZEN_BY = sql("SELECT frozen_by FROM ledger.public_hold WHERE id = $1")


async def frozen_by(read: Read, hold_id: UUID) -> Subject | None:
    """Return the case that keeps a hold, or nothing."""
    kind, _, case_id = (await read.value(FROZEN_BY, hold_id) or "").partition(":")
    return Subject(kind, UUID(case_id)) if case_id else None


async def contested(read: Read, hold_id: UUID) -> Contested | None:
    """Return the payment of this hold; nothing when the hold is no seat's."""
    row = await read.row(OF_HOLD, hold_id)
    return None if row is None else _contested(row)


async def find_contested(
    read: Read,
    by_account: UUID,
    *,
    session_id: UUID | None = None,
    booking_id: UUID | None = None,
    project_id: UUID | None = None,
    escrow_id: UUID | None = None,
) -> list[Contested]:
    """Return the payments of a session, or of one hold, of which this account is a party; learning has no bookings and projects."""
    if booking_id or project_id:
        return []
    rows = await read.rows(OF_SESSION, session_id) if session_id else await read.rows(OF_HOLD, escrow_id)
    return [_contested(row) for row in rows if by_account in {row["account_id"], row["host_id"]}]


async def conversation(read: Read, hold_id: UUID) -> Say | None:
    """Return a message to host and learner of this seat, still without its words; None when the hold is no seat's.

    It is said where only the two are, for the other learners of a group need not know.
    """
    row = await read.row(SIDES, hold_id)
    if row is None:
        return None
    host, learner = Member(row["host_id"], row["host_profile_id"]), Member(row["account_id"], row["profile_id"])
    subject = Subject("session", row["id"])
    return Say(subject=subject, title=row["title"], kind="direct", members=(host, learner), code="", params={}, text="")


async def evidence(read: Read, hold_id: UUID) -> dict[str, object]:
    """Return what happened: the lesson with the terms it was booked under, who was in the room, other times proposed, talk, the books."""
    row = await read.row(FACTS, hold_id)
    if row is None:
        return {}
    presence = await read.rows(PRESENCE, row["id"], [row["host_id"], row["account_id"]])
    proposals = await read.rows(PROPOSALS, row["id"])
    return {
        "session": {
            "id": row["id"],
            "title": row["title"],
            "kind": row["kind"],
            "status": row["state"],
            "seatStatus": row["seat_state"],
            "startsAt": instant(row["starts_at"]),
            "endsAt": instant(row["ends_at"]),
            "startedAt": maybe_instant(row["started_at"]),
            "interruptedAt": maybe_instant(row["interrupted_at"]),
            "endedAt": maybe_instant(row["ended_at"]),
            "bookedAt": instant(row["created_at"]),
            "cancelledAs": row["closed_as"],
            "cancelledBy": row["closed_by"],
            "cancelReason": row["closed_reason"],
        },
        "terms": msgspec.to_builtins(msgspec.convert(row["terms"], Terms)),
        "attendance": [
            {"accountId": came["account_id"], "enteredAt": instant(came["entered_at"]), "leftAt": maybe_instant(came["left_at"])}
            for came in presence
        ],
        "proposals": [
            {
                "by": wish["by_id"],
                "fromStartsAt": instant(wish["from_starts_at"]),
                "startsAt": instant(wish["starts_at"]),
                "status": wish["state"],
                "reason": wish["reason"],
                "createdAt": instant(wish["created_at"]),
            }
            for wish in proposals
        ],
        "messages": msgspec.to_builtins(await messages(read, Subject("session", row["id"]), [row["host_id"], row["account_id"]])),
        "entries": await hold_entries(read, hold_id),
    }


def _contested(row: Row) -> Contested:
    return Contested(
        hold_id=row["hold_id"],
        kind="seat",
        subject_id=row["seat_id"],
        title=row["title"],
        payer_id=row["account_id"],
        payee_id=row["host_id"],
        amount=Money(row["price"], row["asset"]),
        can_dispute_until=row["settle_at"],
        state=row["settlement"],
    )
