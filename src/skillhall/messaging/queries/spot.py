"""Where a message stands that somebody wants to react to."""

from uuid import UUID

from msgspec import Struct

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.messaging.model.refusals import HasLeft, MessageDeleted, MessageNotFound, ReadOnly

SPOT = sql("""
SELECT m.conversation_id, m.sequence, m.deleted_at IS NOT NULL AS is_deleted, c.flagged_at IS NOT NULL AS is_flagged,
    p.profile_id, p.left_at IS NOT NULL AS has_left,
    c.kind = 'direct' AND EXISTS (
        SELECT FROM messaging.participant o JOIN identity.public_block b
            ON (b.account_id, b.blocked_id) IN ((o.account_id, p.account_id), (p.account_id, o.account_id))
        WHERE o.conversation_id = c.id AND o.account_id <> p.account_id) AS is_blocked
FROM messaging.message m JOIN messaging.conversation c ON c.id = m.conversation_id
JOIN messaging.participant p ON p.conversation_id = c.id AND p.account_id = $2
WHERE m.id = $1 AND c.deleted_at IS NULL AND m.sequence >= p.first_sequence AND m.sequence > p.hidden_before
    AND m.sequence <= coalesce(p.until_sequence, m.sequence)
""")
HEARERS = sql("""
SELECT array_agg(p.account_id) AS accounts, bool_and(m.sequence >= p.first_sequence AND m.sequence > p.hidden_before) AS is_seen_by_all
FROM messaging.message m JOIN messaging.participant p ON p.conversation_id = m.conversation_id AND p.left_at IS NULL
WHERE m.id = $1
""")


class Spot(Struct, frozen=True, kw_only=True):
    """A message the caller sees, and the profile by which they do."""

    conversation_id: UUID
    sequence: int
    profile_id: UUID


async def seen(read: Read, by: Actor, message_id: UUID) -> Spot:
    """Return where a message stands that the caller may see."""
    row = await read.row(SPOT, message_id, by.account_id)
    if row is None:
        raise MessageNotFound(message_id=message_id)
    return Spot(conversation_id=row["conversation_id"], sequence=row["sequence"], profile_id=row["profile_id"])


async def spot(read: Read, by: Actor, message_id: UUID) -> Spot:
    """Return where a message stands; refuse where the caller may write nothing. Across a block it is as if it were not there."""
    row = await read.row(SPOT, message_id, by.account_id)
    if row is None or row["is_blocked"]:
        raise MessageNotFound(message_id=message_id)
    if row["has_left"]:
        raise HasLeft
    if row["is_flagged"]:
        raise ReadOnly
    if row["is_deleted"]:
        raise MessageDeleted
    return Spot(conversation_id=row["conversation_id"], sequence=row["sequence"], profile_id=row["profile_id"])


class Hearers(Struct, frozen=True):
    """Who is in a conversation now; and whether none of them has joined it, or hidden it, after the message asked about."""

    accounts: frozenset[UUID]
    see_all: bool


async def hearers(read: Read, message_id: UUID) -> Hearers:
    """Return who may hear of a message now."""
    (row,) = await read.rows(HEARERS, message_id)
    return Hearers(frozenset(row["accounts"] or ()), row["is_seen_by_all"] is not False)
