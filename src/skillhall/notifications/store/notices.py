"""Notices in the database."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import Statement, sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.notifications.model.notice import NoticeRow, notice_row

KNOWN = sql("""
SELECT n.account_id, n.type, n.key FROM unnest($1::uuid[], $2::text[], $3::text[]) AS w (account_id, type, key)
JOIN notifications.notice n ON (n.account_id, n.type, n.key) = (w.account_id, w.type, w.key)
""")
INSERT = sql("""
INSERT INTO notifications.notice (
    id, account_id, sequence, type, category, subject_kind, subject_id, title, text, action, path, language, priority, actor_id, why,
    rule, event_id, facts, data, key, batch_id, state, at, created_at, expires_at, channels, is_silent)
SELECT id, account_id, sequence, type, category, subject_kind, subject_id, title, text, action, path, language, priority, actor_id, why,
    rule, event_id, facts, data, key, batch_id, state, at, created_at, expires_at, channels, is_silent
FROM jsonb_to_recordset($1::jsonb) AS n (
    id uuid, account_id uuid, sequence bigint, type text, category text, subject_kind text, subject_id uuid, title text, text text,
    action text, path text, language text, priority text, actor_id uuid, why text, rule text, event_id uuid, facts jsonb, data jsonb,
    key text, batch_id uuid, state text, at timestamptz, created_at timestamptz, expires_at timestamptz,
    channels text[], is_silent boolean)
ORDER BY account_id, sequence
""")
LOCK = sql("""
SELECT id, account_id, sequence, type, category, subject_kind, subject_id, title, text, action, path, language, priority, actor_id, why,
    rule, event_id, facts, data, key, batch_id, state, at, created_at, expires_at, read_at, opened_at, clicked_at, channels, is_silent,
    is_deleted
FROM notifications.notice WHERE account_id = $1 AND id = ANY($2) ORDER BY id FOR NO KEY UPDATE
""")
FIND = sql("""
SELECT id, account_id, sequence, type, category, subject_kind, subject_id, title, text, action, path, language, priority, actor_id, why,
    rule, event_id, facts, data, key, batch_id, state, at, created_at, expires_at, read_at, opened_at, clicked_at, channels, is_silent,
    is_deleted
FROM notifications.notice WHERE id = ANY($1) ORDER BY at, id
""")
OWNER = sql("SELECT account_id FROM notifications.notice WHERE id = $1")
RELEASE = sql("""
UPDATE notifications.notice SET state = 'sent', sequence = $2 WHERE id = $1 AND state = 'scheduled'
""")
# Each of these changes what counts as unread, and says how many it changed that did: their inbox is locked.
READ = sql("""
UPDATE notifications.notice SET read_at = $3
WHERE account_id = $1 AND id = ANY($2) AND read_at IS NULL AND state IN ('sent', 'dismissed') AND NOT is_deleted
RETURNING id, state = 'sent' AND NOT is_silent AS counted
""")
DONE_WITH = sql("""
UPDATE notifications.notice SET read_at = CASE state WHEN 'sent' THEN $4::timestamptz END,
    state = CASE state WHEN 'scheduled' THEN 'cancelled' ELSE state END
WHERE account_id = $1 AND type = $2 AND subject_id = $3 AND state IN ('scheduled', 'sent') AND read_at IS NULL AND NOT is_deleted
RETURNING id, state = 'sent' AND NOT is_silent AS counted
""")
READ_ALL = sql("""
UPDATE notifications.notice SET read_at = $2
WHERE account_id = $1 AND read_at IS NULL AND state = 'sent' AND NOT is_silent AND NOT is_deleted AND ($3::text IS NULL OR category = $3)
RETURNING id, true AS counted
""")
DISMISS = sql("""
UPDATE notifications.notice n SET state = 'dismissed', read_at = coalesce(n.read_at, $3)
FROM (SELECT id, read_at IS NULL AND NOT is_silent AS counted FROM notifications.notice WHERE account_id = $1 AND id = ANY($2)) b
WHERE n.id = b.id AND n.state = 'sent' AND NOT n.is_deleted
RETURNING n.id, b.counted
""")
DELETE = sql("""
UPDATE notifications.notice SET is_deleted = true
WHERE account_id = $1 AND id = ANY($2) AND NOT is_deleted
RETURNING id, read_at IS NULL AND state = 'sent' AND NOT is_silent AS counted
""")
DELETE_ALL = sql("""
UPDATE notifications.notice SET is_deleted = true
WHERE account_id = $1 AND state IN ('sent', 'dismissed') AND NOT is_silent AND NOT is_deleted
RETURNING id, read_at IS NULL AND state = 'sent' AS counted
""")
EXPIRE = sql("""
UPDATE notifications.notice SET state = 'expired', title = type, text = '', facts = '{}', data = '{}'
WHERE account_id = $1 AND expires_at <= $2 AND state IN ('scheduled', 'sent')
RETURNING id, sequence IS NOT NULL AND read_at IS NULL AND NOT is_silent AND NOT is_deleted AS counted
""")
WITHDRAW = sql("""
UPDATE notifications.notice SET state = 'cancelled'
WHERE account_id = ANY($1) AND batch_id = $2 AND state IN ('scheduled', 'sent') AND read_at IS NULL AND NOT is_deleted
RETURNING account_id, sequence IS NOT NULL AND NOT is_silent AS counted
""")
CANCEL = sql("""
UPDATE notifications.notice SET state = 'cancelled' WHERE account_id = $1 AND id = ANY($2) AND state = 'scheduled'
RETURNING id, false AS counted
""")
ACT = sql("""
UPDATE notifications.notice SET acted = $3, acted_at = $4, clicked_at = coalesce(clicked_at, $4)
WHERE account_id = $1 AND id = $2 AND state IN ('sent', 'dismissed') AND NOT is_deleted
""")
FORGET = sql("""
DELETE FROM notifications.notice WHERE id IN (SELECT id FROM notifications.notice WHERE account_id = $1 ORDER BY id LIMIT $2)
""")
FORGET_OLD = sql("""
DELETE FROM notifications.notice WHERE id IN (
    SELECT id FROM notifications.notice WHERE state NOT IN ('scheduled', 'sent')
    AND expires_at < $1::timestamptz - CASE state WHEN 'expired' THEN interval '180 days' ELSE interval '0' END
    ORDER BY expires_at LIMIT $2)
""")


async def known(tx: Tx, keys: Sequence[tuple[UUID, str, str]]) -> set[tuple[UUID, str, str]]:
    """Return which (account, type, key) are there already."""
    accounts, types, texts = ([key[part] for key in keys] for part in range(3))
    return {(row["account_id"], row["type"], row["key"]) for row in await tx.rows(KNOWN, accounts, types, texts)}


async def insert(tx: Tx, rows: Sequence[NoticeRow]) -> None:
    """Store new notices, whose inboxes are locked."""
    await tx.run(INSERT, msgspec.to_builtins(rows))


async def lock_notices(tx: Tx, account_id: UUID, notice_ids: Sequence[UUID]) -> list[NoticeRow]:
    """Lock these notices of an account whose inbox is locked, and return them; others' are left out."""
    return [notice_row(dict(row)) for row in await tx.rows(LOCK, account_id, list(notice_ids))]


async def find_notices(read: Read, notice_ids: Sequence[UUID]) -> list[NoticeRow]:
    """Return these notices, whoever's they are, unlocked; those that are not there any more are left out."""
    return [notice_row(dict(row)) for row in await read.rows(FIND, list(notice_ids))]


async def find_owner(tx: Tx, notice_id: UUID) -> UUID | None:
    """Return whose notice this is."""
    return await tx.value(OWNER, notice_id)


async def release(tx: Tx, notice_id: UUID, sequence: int) -> bool:
    """Let a notice into its inbox; return whether it still waited."""
    return await tx.run(RELEASE, notice_id, sequence) == 1


async def changed(tx: Tx, statement: Statement, *values: object) -> tuple[list[UUID], int]:
    """Run one of the statements that change what is unread; return which notices changed, and how many of them had counted."""
    rows = await tx.rows(statement, *values)
    return [row["id"] for row in rows], sum(row["counted"] for row in rows)


async def withdraw(tx: Tx, account_ids: Sequence[UUID], batch_id: UUID) -> tuple[int, dict[UUID, int]]:
    """Take what nobody has read of a batch out of these locked inboxes; return how many, and how many had counted by account."""
    rows = await tx.rows(WITHDRAW, list(account_ids), batch_id)
    return len(rows), {row["account_id"]: 1 for row in rows if row["counted"]}


async def act(tx: Tx, account_id: UUID, notice_id: UUID, action: str, at: datetime) -> bool:
    """Note what the reader did with it; return whether there is such a notice."""
    return await tx.run(ACT, account_id, notice_id, action, at) == 1


async def forget(tx: Tx, account_id: UUID, limit: int) -> int:
    """Delete up to `limit` notices of an account; return how many there were."""
    return await tx.run(FORGET, account_id, limit)


async def forget_old(tx: Tx, before: datetime, limit: int) -> int:
    """Delete up to `limit` notices that ended before then."""
    return await tx.run(FORGET_OLD, before, limit)
