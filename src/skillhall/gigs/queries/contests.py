"""What contexts above may know of protected payments and finished work: who pays whom for what, what happened, who may review whom."""

from typing import Literal
from uuid import UUID

import msgspec

from skillhall.gigs.model.agreement import Agreement, AgreementState
from skillhall.gigs.model.contest import Contested, Finished
from skillhall.gigs.queries.engagements import version_view
from skillhall.gigs.store import engagements as store
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Subject, instant, maybe_instant
from skillhall.ledger.api import hold_entries
from skillhall.messaging.api import Member, MessageEvidence, Say
from skillhall.messaging.api import evidence as messages

OF_HOLD = sql("""
SELECT id, kind, subject_id, title, client_id, worker_id, amount, asset, release_at, state FROM gigs.escrow WHERE id = $1
""")
OF_BOOKING = sql("""
SELECT id, kind, subject_id, title, client_id, worker_id, amount, asset, release_at, state FROM gigs.escrow
WHERE subject_id = $1 AND kind = 'booking' ORDER BY round DESC
""")
OF_PROJECT = sql("""
SELECT id, kind, subject_id, title, client_id, worker_id, amount, asset, release_at, state FROM gigs.escrow
WHERE project_id = $1 ORDER BY created_at, id
""")
SIDES = sql("""
SELECT p.id, p.title, a.state, a.client_id, a.client_profile_id, a.worker_id, a.worker_profile_id
FROM gigs.escrow e JOIN gigs.agreement a ON a.id = e.agreement_id JOIN gigs.project p ON p.id = a.project_id WHERE e.id = $1
""")
FINISHED_BOOKING = sql("""
SELECT 'booking' AS kind, b.id, p.title, a.closed_at AS completed_at, a.client_id, a.client_profile_id, a.worker_id, a.worker_profile_id,
    a.project_id
FROM gigs.booking b JOIN gigs.agreement a ON a.id = b.agreement_id JOIN gigs.project p ON p.id = a.project_id
WHERE b.id = $1 AND b.state = 'completed'
""")
FINISHED_PROJECT = sql("""
SELECT CASE WHEN b.id IS NULL THEN 'project' ELSE 'booking' END AS kind, coalesce(b.id, p.id) AS id, p.title, a.closed_at AS completed_at,
    a.client_id, a.client_profile_id, a.worker_id, a.worker_profile_id, a.project_id
FROM gigs.project p JOIN gigs.agreement a ON a.project_id = p.id AND a.state = 'completed' LEFT JOIN gigs.booking b ON b.agreement_id = a.id
WHERE p.id = $1 AND p.state = 'completed' ORDER BY a.closed_at DESC LIMIT 1
""")
FINISHED_OF_TWO = sql("""
SELECT CASE WHEN b.id IS NULL THEN 'project' ELSE 'booking' END AS kind, coalesce(b.id, p.id) AS id, p.title, a.closed_at AS completed_at,
    a.client_id, a.client_profile_id, a.worker_id, a.worker_profile_id, a.project_id
FROM gigs.agreement a JOIN gigs.project p ON p.id = a.project_id AND p.state = 'completed' LEFT JOIN gigs.booking b ON b.agreement_id = a.id
WHERE a.state = 'completed' AND (a.client_id, a.worker_id) IN (($1, $2), ($2, $1)) ORDER BY a.closed_at DESC, a.id LIMIT $3
""")


async def contested(read: Read, hold_id: UUID) -> Contested | None:
    """Return the payment of this hold; nothing when the hold is not of this context."""
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
    """Return the payments of a booking, a project or one hold of which this account is a party; gigs has no sessions."""
    if session_id:
        return []
    if booking_id:
        rows = await read.rows(OF_BOOKING, booking_id)
    elif project_id:
        rows = await read.rows(OF_PROJECT, project_id)
    elif escrow_id:
        rows = await read.rows(OF_HOLD, escrow_id)
    else:
        return []
    return [_contested(row) for row in rows if by_account in {row["client_id"], row["worker_id"]}]


async def conversation(read: Read, hold_id: UUID) -> Say | None:
    """Return a message to client and worker of this payment, still without its words; None when the hold is not of this context.

    It is said in the conversation of the project, but for an agreement that is called off, whose worker has left that, between the two.
    """
    row = await read.row(SIDES, hold_id)
    if row is None:
        return None
    client, worker = Member(row["client_id"], row["client_profile_id"]), Member(row["worker_id"], row["worker_profile_id"])
    kind = "direct" if row["state"] == AgreementState.CANCELLED else "project"
    subject = Subject("project", row["id"])
    return Say(subject=subject, title=row["title"], kind=kind, members=(client, worker), code="", params={}, text="")


async def evidence(read: Read, hold_id: UUID) -> dict[str, object]:
    """Return what happened: every version of the terms with its signatures, the work, what was handed over, said, answered; the books."""
    row = await read.row(OF_HOLD, hold_id)
    if row is None:
        return {}
    found = await store.engagement(read, await store.of_escrow(read, hold_id))
    agreement, escrow = found.agreement, found.escrow(hold_id)
    work = {"milestone": found.milestones, "booking": (found.booking,) if found.booking else (), "week": found.weeks}[escrow.kind]
    handed = await store.deliveries(read, agreement.id)
    versions = await store.versions(read, agreement.id)
    return {
        "agreement": {
            "id": agreement.id,
            "projectId": agreement.project_id,
            "kind": agreement.kind,
            "status": agreement.state,
            "version": agreement.version,
            "createdAt": instant(agreement.created_at),
            "activeAt": maybe_instant(agreement.active_at),
        },
        "terms": [msgspec.to_builtins(version_view(version, agreement.asset)) for version in versions],
        "work": [msgspec.to_builtins(one) for one in work if one.id == escrow.subject_id],
        "deliveries": [
            {
                "notes": delivery.notes,
                "url": delivery.url,
                "files": [file.file_name for file in delivery.files],
                "by": delivery.by_id,
                "deliveredAt": instant(delivery.delivered_at),
                "answer": delivery.answer,
                "answerText": delivery.answer_text,
                "answeredAt": maybe_instant(delivery.answered_at),
            }
            for delivery in handed
            if delivery.subject_id == escrow.subject_id
        ],
        "messages": msgspec.to_builtins(await _messages(read, agreement)),
        "entries": await hold_entries(read, hold_id),
    }


async def _messages(read: Read, agreement: Agreement) -> list[MessageEvidence]:
    """Return what was said while this agreement stood; what the client has with another worker of the project is not for this one."""
    until = agreement.closed_at if agreement.state is AgreementState.CANCELLED else None
    subject = Subject("project", agreement.project_id)
    return await messages(read, subject, list(agreement.parties), since=agreement.created_at, until=until)


async def finished(read: Read, kind: Literal["session", "booking", "project"], subject_id: UUID) -> Finished | None:
    """Return a booking or project that is completed; nothing before, and for sessions, which are learning's.

    A project that was one booking is that booking, so that the same work is not reviewed twice.
    """
    if kind == "session":
        return None
    row = await read.row(FINISHED_BOOKING if kind == "booking" else FINISHED_PROJECT, subject_id)
    return None if row is None else _finished(row)


async def finished_with(read: Read, one: UUID, other: UUID, limit: int) -> list[Finished]:
    """Return the last projects one of these two has completed for the other, newest first."""
    return [_finished(row) for row in await read.rows(FINISHED_OF_TWO, one, other, limit)]


def _finished(row: Row) -> Finished:
    return Finished(
        kind=row["kind"],
        id=row["id"],
        title=row["title"],
        completed_at=row["completed_at"],
        host_or_worker_id=row["worker_id"],
        others=(row["client_id"],),
        profile_ids={row["client_id"]: row["client_profile_id"], row["worker_id"]: row["worker_profile_id"]},
        project_id=row["project_id"],
    )


def _contested(row: Row) -> Contested:
    return Contested(
        hold_id=row["id"],
        kind=row["kind"],
        subject_id=row["subject_id"],
        title=row["title"],
        payer_id=row["client_id"],
        payee_id=row["worker_id"],
        amount=Money(row["amount"], row["asset"]),
        can_dispute_until=row["release_at"],
        state=row["state"],
    )
