"""Conversations that come in bulk: one statement for each table."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.messaging.model.adopted import Rows

INSERT_CONVERSATIONS = sql("""
INSERT INTO messaging.conversation (id, kind, key, title, owner_profile_id, owner_account_id, last_sequence, last_revision, last_message_at,
    created_at)
SELECT id, kind, key, title, owner_profile_id, owner_account_id, last_sequence, last_revision, last_message_at, created_at
FROM jsonb_to_recordset($1::jsonb) AS c (id uuid, kind text, key uuid, title text, owner_profile_id uuid, owner_account_id uuid,
    last_sequence bigint, last_revision bigint, last_message_at timestamptz, created_at timestamptz)
""")
INSERT_PARTICIPANTS = sql("""
INSERT INTO messaging.participant (conversation_id, profile_id, account_id, role, joined_at, last_read, has_written)
SELECT conversation_id, profile_id, account_id, role, joined_at, last_read, has_written
FROM jsonb_to_recordset($1::jsonb) AS p (conversation_id uuid, profile_id uuid, account_id uuid, role text, joined_at timestamptz,
    last_read bigint, has_written boolean)
""")
INSERT_MESSAGES = sql("""
INSERT INTO messaging.message (id, conversation_id, sequence, client_id, fingerprint, kind, profile_id, account_id, text, code, params,
    subject_kind, subject_id, revision, created_at)
SELECT id, conversation_id, sequence, id::text, fingerprint, kind, profile_id, account_id, text, code, nullif(params, 'null'::jsonb),
    subject_kind, subject_id, revision, created_at
FROM jsonb_to_recordset($1::jsonb) AS m (id uuid, conversation_id uuid, sequence bigint, fingerprint uuid, kind text, profile_id uuid,
    account_id uuid, text text, code text, params jsonb, subject_kind text, subject_id uuid, revision bigint, created_at timestamptz)
""")
INSERT_REACTIONS = sql("""
INSERT INTO messaging.reaction (message_id, profile_id, account_id, emoji, at)
SELECT message_id, profile_id, account_id, emoji, at
FROM jsonb_to_recordset($1::jsonb) AS r (message_id uuid, profile_id uuid, account_id uuid, emoji text, at timestamptz)
""")


async def insert_all(tx: Tx, rows: Rows) -> None:
    """Write the rows."""
    await tx.run(INSERT_CONVERSATIONS, rows.conversations)
    await tx.run(INSERT_PARTICIPANTS, rows.participants)
    await tx.run(INSERT_MESSAGES, rows.messages)
    await tx.run(INSERT_REACTIONS, rows.reactions)
