"""Conversations in the database: made once per key, locked before anything is written in them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Row, Tx, locks
from skillhall.messaging.model.conversation import Conversation, Member
from skillhall.messaging.model.refusals import ConversationNotFound

LOCK = sql("""
SELECT id, kind, subject_kind, subject_id, title, owner_profile_id, owner_account_id, last_sequence, last_revision, last_message_at,
    flagged_at, flagged_reason, flagged_by, deleted_at, version, created_at
FROM messaging.conversation WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE
""")
INSERT_OR_LOCK = sql("""
INSERT INTO messaging.conversation AS c (id, kind, key, title, owner_profile_id, owner_account_id, last_message_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
ON CONFLICT (key) DO UPDATE SET last_revision = c.last_revision
RETURNING id, kind, subject_kind, subject_id, title, owner_profile_id, owner_account_id, last_sequence, last_revision, last_message_at,
    flagged_at, flagged_reason, flagged_by, deleted_at, version, created_at
""")
ADVANCE = sql("""
INSERT INTO messaging.conversation AS c (id, kind, key, subject_kind, subject_id, title, last_sequence, last_message_at, created_at)
SELECT n.id, n.kind, n.key, n.subject_kind, n.subject_id, n.title, n.messages, $8, $8
FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::bigint[])
    AS n (id, kind, key, subject_kind, subject_id, title, messages)
ORDER BY n.key
ON CONFLICT (key) DO UPDATE SET last_sequence = c.last_sequence + excluded.last_sequence, last_message_at = excluded.last_message_at,
    title = excluded.title
RETURNING id, key, last_sequence
""")
REVISE = sql("""
WITH c AS (UPDATE messaging.conversation SET last_revision = last_revision + 1 WHERE id = $1 RETURNING last_revision)
UPDATE messaging.message m SET revision = c.last_revision FROM c WHERE m.id = $2 AND m.conversation_id = $1 RETURNING m.revision
""")
IS_OPEN = sql("SELECT EXISTS (SELECT FROM messaging.conversation WHERE key = $1)")
COUNT = sql(
    "UPDATE messaging.conversation SET last_sequence = last_sequence + 1, last_message_at = $2 WHERE id = $1 RETURNING last_sequence"
)
CLOSE = sql("UPDATE messaging.conversation SET deleted_at = $2, version = version + 1 WHERE id = $1")
RENAME = sql("UPDATE messaging.conversation SET title = $2, version = version + 1 WHERE id = $1")
OWN = sql("UPDATE messaging.conversation SET owner_profile_id = $2, owner_account_id = $3, version = version + 1 WHERE id = $1")


class Advance(Struct, frozen=True, kw_only=True):
    """A conversation the hall speaks in: its key, what it is made of when there is none yet, and how many messages are coming."""

    id: UUID
    kind: str
    key: UUID
    subject_kind: str | None
    subject_id: UUID | None
    title: str | None
    messages: int


def conversation_of(row: Row) -> Conversation:
    """Return the conversation of a row with all its columns."""
    return msgspec.convert(dict(row), Conversation)


@locks(60, 1)
async def lock_conversation(tx: Tx, conversation_id: UUID) -> Conversation:
    """Lock a conversation that is not deleted."""
    row = await tx.row(LOCK, conversation_id)
    if row is None:
        raise ConversationNotFound(conversation_id=conversation_id)
    return conversation_of(row)


@locks(60, 1)
async def lock_or_insert(tx: Tx, new: Conversation, key: UUID | None) -> Conversation:
    """Store a new conversation, or lock the one that has this key already: its id is not `new.id` then. Two at once: one is made."""
    row = await tx.row(INSERT_OR_LOCK, new.id, new.kind, key, new.title, new.owner_profile_id, new.owner_account_id, new.created_at)
    if row is None:
        raise AssertionError("unreachable: it is inserted or updated")
    return conversation_of(row)


@locks(60, 1)
async def lock_and_advance(tx: Tx, coming: Sequence[Advance], now: datetime) -> dict[UUID, tuple[UUID, int]]:
    """Make or lock the conversations of these keys, in order of the keys, and count the messages that come; return id and count by key."""
    rows = await tx.rows(
        ADVANCE, [one.id for one in coming], [one.kind for one in coming], [one.key for one in coming],
        [one.subject_kind for one in coming], [one.subject_id for one in coming], [one.title for one in coming],
        [one.messages for one in coming], now,
    )  # fmt: skip
    return {row["key"]: (row["id"], row["last_sequence"]) for row in rows}


@locks(60, 1)
async def lock_and_revise(tx: Tx, conversation_id: UUID, message_id: UUID) -> int:
    """Lock the conversation and give the message its next revision; return it."""
    revision = await tx.value(REVISE, conversation_id, message_id)
    if not isinstance(revision, int):
        raise ConversationNotFound(conversation_id=conversation_id)
    return revision


async def is_open(tx: Tx, key: UUID) -> bool:
    """Return whether there is a conversation of this key."""
    found: bool = await tx.value(IS_OPEN, key)
    return found


async def advance(tx: Tx, conversation_id: UUID, now: datetime) -> int:
    """Count one more message of a locked conversation; return its sequence."""
    sequence: int = await tx.value(COUNT, conversation_id, now)
    return sequence


async def close(tx: Tx, conversation_id: UUID, now: datetime) -> None:
    """Delete a locked conversation for everybody; its rows stay for evidence."""
    await tx.run(CLOSE, conversation_id, now)


async def rename(tx: Tx, conversation_id: UUID, title: str) -> None:
    """Give a locked group another title."""
    await tx.run(RENAME, conversation_id, title)


async def hand_over(tx: Tx, conversation_id: UUID, heir: Member | None) -> None:
    """Give a locked group another owner, or none."""
    await tx.run(OWN, conversation_id, heir and heir.profile_id, heir and heir.account_id)
