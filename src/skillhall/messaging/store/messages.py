"""Messages in the database. What is sent takes two statements: `lock_desk` and `insert_message`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Row, Tx, locks
from skillhall.messaging.model.message import Message
from skillhall.messaging.model.refusals import ConversationNotFound, MessageNotFound

# The row locks are of the conversation and of the sender's own part; whoever is removed meanwhile is seen as removed. The other columns may
# be a moment old: who hears of a message, and blocks, which nobody can order against a message anyway.
DESK = sql("""
SELECT c.kind, c.last_sequence, c.flagged_at IS NOT NULL AS is_flagged, p.profile_id, p.left_at IS NOT NULL AS has_left,
    s.display_name, s.username, s.avatar_url, a.is_visible AS is_active,
    ARRAY(
        SELECT account_id FROM messaging.participant
        WHERE conversation_id = $1 AND left_at IS NULL ORDER BY account_id LIMIT $4) AS told_ids,
    ARRAY(
        SELECT account_id FROM messaging.participant
        WHERE conversation_id = $1 AND account_id <> $2 AND left_at IS NULL AND (muted_until IS NULL OR muted_until <= $3)
        ORDER BY account_id) AS recipient_ids,
    CASE WHEN c.kind = 'direct' THEN (
        SELECT o.profile_id FROM messaging.participant o JOIN profiles.public_profile v ON v.id = o.profile_id
        WHERE o.conversation_id = $1 AND o.account_id <> $2 AND (NOT v.is_visible OR EXISTS (
            SELECT FROM identity.public_block b
            WHERE (b.account_id = o.account_id AND b.blocked_id = $2) OR (b.account_id = $2 AND b.blocked_id = o.account_id)))
    ) END AS out_of_reach_id
FROM messaging.conversation c
JOIN messaging.participant p ON p.conversation_id = c.id AND p.account_id = $2
JOIN profiles.public_profile s ON s.id = p.profile_id
JOIN identity.public_account a ON a.id = $2
WHERE c.id = $1 AND c.deleted_at IS NULL
FOR NO KEY UPDATE OF c, p
""")
INSERT = sql("""
WITH said AS (
    INSERT INTO messaging.message (id, conversation_id, sequence, client_id, fingerprint, kind, profile_id, account_id, text,
        subject_kind, subject_id, reply_to_id, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    ON CONFLICT (conversation_id, client_id) DO NOTHING
    RETURNING sequence
), counted AS (
    UPDATE messaging.conversation c SET last_sequence = said.sequence, last_message_at = $13 FROM said WHERE c.id = $2
), seen AS (
    UPDATE messaging.participant p SET last_read = said.sequence, has_written = true FROM said
    WHERE p.conversation_id = $2 AND p.account_id = $8
)
SELECT sequence FROM said
""")
SENT = sql("SELECT id, fingerprint FROM messaging.message WHERE conversation_id = $1 AND client_id = $2")
REPLIED = sql("SELECT sequence FROM messaging.message WHERE id = $1 AND conversation_id = $2 AND deleted_at IS NULL")
EDITS = sql("SELECT count(*) FROM messaging.message_edit WHERE message_id = $1")
IS_SPOKEN_OF = sql("""
SELECT EXISTS (SELECT FROM messaging.conversation WHERE id = $1 AND subject_kind = $2 AND subject_id = $3) OR EXISTS (
    SELECT FROM messaging.message WHERE conversation_id = $1 AND subject_kind = $2 AND subject_id = $3 AND kind = 'system')
""")
WRITTEN = sql("""
SELECT m.id, m.conversation_id, m.sequence, m.kind, m.profile_id, m.account_id, m.text, m.edited_at, m.deleted_at, m.created_at,
    c.last_sequence, c.flagged_at IS NOT NULL AS is_flagged, p.left_at IS NOT NULL AS has_left,
    c.kind = 'direct' AND EXISTS (
        SELECT FROM messaging.participant o JOIN identity.public_block b
            ON (b.account_id, b.blocked_id) IN ((o.account_id, p.account_id), (p.account_id, o.account_id))
        WHERE o.conversation_id = c.id AND o.account_id <> p.account_id) AS is_blocked,
    ARRAY(
        SELECT account_id FROM messaging.participant
        WHERE conversation_id = c.id AND left_at IS NULL ORDER BY account_id LIMIT $3) AS told_ids
FROM messaging.message m JOIN messaging.conversation c ON c.id = m.conversation_id
JOIN messaging.participant p ON p.conversation_id = c.id AND p.account_id = $2
WHERE m.id = $1 AND c.deleted_at IS NULL AND m.sequence >= p.first_sequence AND m.sequence > p.hidden_before
    AND (p.until_sequence IS NULL OR m.sequence <= p.until_sequence)
FOR NO KEY UPDATE OF c, m, p
""")
# What is changed takes the next revision of its conversation, which is locked.
EDIT = sql("""
WITH kept AS (
    INSERT INTO messaging.message_edit (message_id, version, text, at)
    SELECT $2, 1 + (SELECT count(*) FROM messaging.message_edit WHERE message_id = $2), $3, $4
), counted AS (
    UPDATE messaging.conversation SET last_revision = last_revision + 1 WHERE id = $1 RETURNING last_revision
)
UPDATE messaging.message m SET text = $5, edited_at = $6, revision = counted.last_revision FROM counted WHERE m.id = $2 RETURNING m.revision
""")
DELETE = sql("""
WITH counted AS (UPDATE messaging.conversation SET last_revision = last_revision + 1 WHERE id = $1 RETURNING last_revision)
UPDATE messaging.message m SET deleted_at = $3, revision = counted.last_revision FROM counted WHERE m.id = $2 RETURNING m.revision
""")
# $1 conversations, $2 profiles, $3 accounts, $4 who has left by it, $5 what they see first, $6 what last, $7 now, $8 who acts;
# $9… messages in order of their sequence.
SPEAK = sql("""
WITH part AS (
    SELECT n.conversation_id, n.profile_id, n.account_id, n.has_left, n.first, n.last
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::boolean[], $5::bigint[], $6::bigint[])
        AS n (conversation_id, profile_id, account_id, has_left, first, last)
), joined AS (
    INSERT INTO messaging.participant (conversation_id, profile_id, account_id, joined_at, left_at, until_sequence, first_sequence,
        last_read)
    SELECT n.conversation_id, n.profile_id, n.account_id, $7::timestamptz, CASE WHEN n.has_left THEN $7::timestamptz END,
        CASE WHEN n.has_left THEN n.last END, n.first, CASE WHEN n.account_id = $8::uuid THEN n.last ELSE n.first - 1 END
    FROM part n
    WHERE NOT EXISTS (SELECT FROM messaging.participant p WHERE p.conversation_id = n.conversation_id AND p.account_id = n.account_id)
), turned AS (
    UPDATE messaging.participant p SET left_at = CASE WHEN n.has_left THEN coalesce(p.left_at, $7::timestamptz) END,
        until_sequence = CASE WHEN n.has_left THEN coalesce(p.until_sequence, n.last) END,
        left_title = CASE WHEN n.has_left THEN coalesce(p.left_title, (
            SELECT c.title FROM messaging.conversation c WHERE c.id = p.conversation_id)) END,
        first_sequence = CASE WHEN p.left_at IS NOT NULL AND NOT n.has_left THEN n.first ELSE p.first_sequence END,
        last_read = CASE WHEN p.account_id = $8::uuid AND p.last_read >= n.first - 1 THEN greatest(p.last_read, n.last) ELSE p.last_read END
    FROM part n
    WHERE p.conversation_id = n.conversation_id AND p.account_id = n.account_id AND (
        (p.left_at IS NOT NULL) <> n.has_left OR (p.account_id = $8::uuid AND p.last_read >= n.first - 1))
)
INSERT INTO messaging.message (id, conversation_id, sequence, client_id, fingerprint, kind, text, code, params, subject_kind, subject_id,
    created_at)
SELECT m.id, m.conversation_id, m.sequence, m.id::text, m.fingerprint, 'system', m.text, m.code, m.params::jsonb, m.subject_kind,
    m.subject_id, $7::timestamptz
FROM unnest($9::uuid[], $10::uuid[], $11::bigint[], $12::uuid[], $13::text[], $14::text[], $15::text[], $16::text[], $17::uuid[])
    AS m (id, conversation_id, sequence, fingerprint, text, code, params, subject_kind, subject_id)
""")


class Desk(Struct, frozen=True, kw_only=True):
    """Where somebody writes: their conversation under its lock, who they are in it, who hears of it."""

    kind: str
    last_sequence: int
    is_flagged: bool
    has_left: bool
    is_active: bool
    out_of_reach_id: UUID | None
    profile_id: UUID
    display_name: str
    username: str | None
    avatar_url: str | None
    told_ids: list[UUID]
    recipient_ids: list[UUID]


class Written(Struct, frozen=True, kw_only=True):
    """A locked message, how its conversation and its reader in it are, who is there."""

    message: Message
    last_sequence: int
    is_flagged: bool
    has_left: bool
    is_blocked: bool
    told_ids: list[UUID]


class Part(Struct, frozen=True, kw_only=True):
    """Somebody who is in a conversation, or has left it, after the hall's messages `first` to `last`."""

    conversation_id: UUID
    profile_id: UUID
    account_id: UUID
    has_left: bool
    first: int
    last: int


class Spoken(Struct, frozen=True, kw_only=True):
    """One system message with its place."""

    id: UUID
    conversation_id: UUID
    sequence: int
    fingerprint: UUID
    text: str
    code: str
    params: dict[str, str | int]
    subject_kind: str | None
    subject_id: UUID | None


@locks(60, 1)
async def lock_desk(tx: Tx, conversation_id: UUID, account_id: UUID, told: int) -> Desk:
    """Lock a conversation, and the account's part in it, to write a message."""
    row = await tx.row(DESK, conversation_id, account_id, tx.now, told)
    if row is None:
        raise ConversationNotFound(conversation_id=conversation_id)
    return Desk(**row)


async def insert_message(tx: Tx, *values: Any) -> bool:  # noqa: ANN401 - the columns of INSERT, in its order
    """Store a message under the lock of its conversation, count it and note that its sender has read; False: its client id is taken."""
    return await tx.value(INSERT, *values) is not None


async def find_sent(tx: Tx, conversation_id: UUID, client_id: str) -> Row | None:
    """Return id and fingerprint of the message of this client id."""
    return await tx.row(SENT, conversation_id, client_id)


async def find_sequence(tx: Tx, message_id: UUID, conversation_id: UUID) -> int | None:
    """Return the place of a message of this conversation that is not deleted."""
    found: int | None = await tx.value(REPLIED, message_id, conversation_id)
    return found


async def is_spoken_of(tx: Tx, conversation_id: UUID, kind: str, subject_id: UUID) -> bool:
    """Return whether the hall has spoken of this subject in the conversation."""
    found: bool = await tx.value(IS_SPOKEN_OF, conversation_id, kind, subject_id)
    return found


@locks(60, 1)
async def lock_written(tx: Tx, message_id: UUID, account_id: UUID, told: int) -> Written:
    """Lock a message that the account can see, with its conversation, to change it."""
    row = await tx.row(WRITTEN, message_id, account_id, told)
    if row is None:
        raise MessageNotFound(message_id=message_id)
    fields = dict(row)
    about = {name: fields.pop(name) for name in ("last_sequence", "is_flagged", "has_left", "is_blocked", "told_ids")}
    return Written(message=msgspec.convert(fields, Message), **about)


async def count_edits(tx: Tx, message_id: UUID) -> int:
    """Return how often a locked message was edited."""
    found: int = await tx.value(EDITS, message_id)
    return found


async def edit_message(tx: Tx, before: Message, text: str, now: datetime) -> int:
    """Give a locked message another text, keeping the one before; return its revision."""
    revision: int = await tx.value(EDIT, before.conversation_id, before.id, before.text, before.written_at, text, now)
    return revision


async def delete_message(tx: Tx, before: Message, now: datetime) -> int:
    """Mark a locked message as deleted, keeping its text for evidence; return its revision."""
    revision: int = await tx.value(DELETE, before.conversation_id, before.id, now)
    return revision


async def speak(tx: Tx, parts: Sequence[Part], messages: Sequence[Spoken]) -> None:
    """Store system messages under the lock of their conversations, and who is in them from now on."""
    await tx.run(
        SPEAK, [p.conversation_id for p in parts], [p.profile_id for p in parts], [p.account_id for p in parts],
        [p.has_left for p in parts], [p.first for p in parts], [p.last for p in parts], tx.now, tx.actor.account_id,
        [m.id for m in messages], [m.conversation_id for m in messages], [m.sequence for m in messages], [m.fingerprint for m in messages],
        [m.text for m in messages], [m.code for m in messages], [msgspec.json.encode(m.params).decode() for m in messages],
        [m.subject_kind for m in messages], [m.subject_id for m in messages],
    )  # fmt: skip
