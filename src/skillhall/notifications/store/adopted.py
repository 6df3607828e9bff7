"""Notices that come in bulk, some of them read."""

from collections.abc import Sequence

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.notifications.model.notice import NoticeRow

INSERT = sql("""
INSERT INTO notifications.notice (
    id, account_id, sequence, type, category, subject_kind, subject_id, title, text, action, path, language, priority, actor_id, why,
    rule, facts, data, key, state, at, created_at, expires_at, read_at, is_silent)
SELECT id, account_id, sequence, type, category, subject_kind, subject_id, title, text, action, path, language, priority, actor_id, why,
    rule, facts, data, key, state, at, created_at, expires_at, read_at, is_silent
FROM jsonb_to_recordset($1::jsonb) AS n (
    id uuid, account_id uuid, sequence bigint, type text, category text, subject_kind text, subject_id uuid, title text, text text,
    action text, path text, language text, priority text, actor_id uuid, why text, rule text, facts jsonb, data jsonb, key text,
    state text, at timestamptz, created_at timestamptz, expires_at timestamptz, read_at timestamptz, is_silent boolean)
""")


async def insert_all(tx: Tx, rows: Sequence[NoticeRow]) -> None:
    """Write the rows, whose inboxes are locked."""
    await tx.run(INSERT, msgspec.to_builtins(rows))
