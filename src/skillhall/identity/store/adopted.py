"""Accounts that come in bulk: one statement for all."""

from collections.abc import Sequence

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx

INSERT_ALL = sql("""
INSERT INTO identity.account (id, email, email_verified, password_hash, first_name, last_name, display_name, timezone, locale, state, roles,
    abilities, origin, created_at)
SELECT id, email, true, password_hash, first_name, last_name, display_name, timezone, locale, 'active', roles, abilities, $2, created_at
FROM jsonb_to_recordset($1::jsonb) AS n (id uuid, email text, password_hash text, first_name text, last_name text, display_name text,
    timezone text, locale text, roles text[], abilities text[], created_at timestamptz)
ON CONFLICT DO NOTHING
""")


async def insert_all(tx: Tx, newcomers: Sequence[Struct], origin: str) -> int:
    """Write active accounts; return how many were new by id and by address."""
    return await tx.run(INSERT_ALL, newcomers, origin)
