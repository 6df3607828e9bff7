"""Accounts and blocks: rows in and out. Locks: rank 70.0, FOR UPDATE for identity's own verbs, FOR KEY SHARE for everybody else's."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from skillhall.identity.model.account import Account, Change
from skillhall.identity.model.refusals import AccountNotFound
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks

ACCOUNT = sql("""
SELECT id, email, email_verified, first_name, last_name, display_name, timezone, locale, state, state_reason, suspended_until, erase_at,
    erased_at, roles, abilities, origin, created_at
FROM identity.account WHERE id = $1
""")
LOCK_ACCOUNT = sql("""
SELECT id, email, email_verified, first_name, last_name, display_name, timezone, locale, state, state_reason, suspended_until, erase_at,
    erased_at, roles, abilities, origin, created_at
FROM identity.account WHERE id = $1 FOR UPDATE
""")
LOCK_BY_EMAIL = sql("""
SELECT id, email, email_verified, first_name, last_name, display_name, timezone, locale, state, state_reason, suspended_until, erase_at,
    erased_at, roles, abilities, origin, created_at
FROM identity.account WHERE email = $1 FOR UPDATE
""")
LOCK_WITH_OPERATORS = sql("""
SELECT id, email, email_verified, first_name, last_name, display_name, timezone, locale, state, state_reason, suspended_until, erase_at,
    erased_at, roles, abilities, origin, created_at
FROM identity.account WHERE id = $1 OR (roles <> '{}' AND 'super_admin' = ANY(roles)) ORDER BY id FOR UPDATE
""")
BY_EMAIL = sql("""
SELECT id, email, email_verified, first_name, last_name, display_name, timezone, locale, state, state_reason, suspended_until, erase_at,
    erased_at, roles, abilities, origin, created_at
FROM identity.account WHERE email = $1
""")
SHARE = sql("SELECT id, state FROM identity.account WHERE id = ANY($1) ORDER BY id FOR KEY SHARE")
INSERT = sql("""
INSERT INTO identity.account (id, email, email_verified, password_hash, first_name, last_name, display_name, timezone, locale, state,
    abilities, origin, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (email) DO NOTHING
""")
SET_STATE = sql("""
UPDATE identity.account SET state = $2, state_reason = $3, suspended_until = $4, erase_at = $5 WHERE id = $1
""")
SET_VERIFIED = sql("""
UPDATE identity.account SET email_verified = true, state = CASE state WHEN 'pending_verification' THEN 'active' ELSE state END
WHERE id = $1
""")
SET_PASSWORD = sql("UPDATE identity.account SET password_hash = $2 WHERE id = $1")
UPGRADE_PASSWORD = sql("UPDATE identity.account SET password_hash = $3 WHERE id = $1 AND password_hash = $2")
SET_PERSON = sql("""
UPDATE identity.account SET first_name = $2, last_name = $3, display_name = $4, timezone = $5, locale = $6, abilities = $7 WHERE id = $1
""")
SET_ROLES = sql("UPDATE identity.account SET roles = $2 WHERE id = $1")
SCRUB = sql("""
UPDATE identity.account SET email = NULL, password_hash = NULL, first_name = '', last_name = '', display_name = $2, timezone = 'UTC',
    locale = 'en', email_verified = false, roles = '{}', abilities = '{}', state = 'erased', state_reason = NULL
WHERE id = $1
""")
ERASED_BY = sql("SELECT erased_by FROM identity.account WHERE id = $1 AND state = 'erased' AND erased_at IS NULL")
NOTE_ERASED = sql("""
UPDATE identity.account SET erased_by = erased_by || $2::text WHERE id = $1 AND erased_at IS NULL AND NOT erased_by @> ARRAY[$2]
""")
END_ERASURE = sql("UPDATE identity.account SET erased_at = $2 WHERE id = $1 AND state = 'erased' AND erased_at IS NULL")
PASSWORD = sql("SELECT id, password_hash FROM identity.account WHERE email = $1")
PASSWORD_OF = sql("SELECT password_hash FROM identity.account WHERE id = $1")
BLOCK = sql("""
INSERT INTO identity.block AS b (account_id, blocked_id, blocked_at) VALUES ($1, $2, $3)
ON CONFLICT (account_id, blocked_id) DO UPDATE SET blocked_at = b.blocked_at RETURNING blocked_at, xmax = 0 AS is_new
""")
UNBLOCK = sql("DELETE FROM identity.block WHERE account_id = $1 AND blocked_id = $2")
FORGET_BLOCKS = sql("DELETE FROM identity.block WHERE account_id = $1 OR blocked_id = $1")
IS_BLOCKED = sql("""
SELECT EXISTS (SELECT FROM identity.block WHERE account_id = $1 AND blocked_id = $2)
    OR EXISTS (SELECT FROM identity.block WHERE account_id = $2 AND blocked_id = $1)
""")
DUE_SUSPENSIONS = sql("""
SELECT id, suspended_until AS due_at FROM identity.account WHERE suspended_until <= $1 ORDER BY suspended_until LIMIT $2
""")
NEXT_SUSPENSION = sql("SELECT min(suspended_until) FROM identity.account WHERE suspended_until > $1")
DUE_ERASURES = sql("""
SELECT id, erase_at AS due_at FROM identity.account
WHERE erase_at <= $1 AND erased_at IS NULL ORDER BY erase_at LIMIT $2
""")
NEXT_ERASURE = sql("SELECT min(erase_at) FROM identity.account WHERE erase_at > $1 AND erased_at IS NULL")


def _account(row: Row) -> Account:
    return msgspec.convert(dict(row), Account)


async def account(read: Read, account_id: UUID) -> Account:
    """Return the account as it is now, unlocked."""
    row = await read.row(ACCOUNT, account_id)
    if row is None:
        raise AccountNotFound
    return _account(row)


async def find_by_email(read: Read, email: str) -> Account | None:
    """Return the account of this address as it is now, unlocked."""
    row = await read.row(BY_EMAIL, email)
    return None if row is None else _account(row)


@locks(70)
async def lock_account(tx: Tx, account_id: UUID) -> Account:
    """Lock the account for a verb of identity."""
    row = await tx.row(LOCK_ACCOUNT, account_id)
    if row is None:
        raise AccountNotFound
    return _account(row)


@locks(70)
async def lock_by_email(tx: Tx, email: str) -> Account | None:
    """Lock the account of this address, if there is one."""
    row = await tx.row(LOCK_BY_EMAIL, email)
    return None if row is None else _account(row)


@locks(70)
async def lock_with_operators(tx: Tx, account_id: UUID) -> tuple[Account, list[Account]]:
    """Lock the account and all who are super_admin, in id order, so that two of them cannot unseat each other at once."""
    found = [_account(row) for row in await tx.rows(LOCK_WITH_OPERATORS, account_id)]
    one = next((account for account in found if account.id == account_id), None)
    if one is None:
        raise AccountNotFound
    return one, [account for account in found if "super_admin" in account.roles]


@locks(70)
async def share_accounts(tx: Tx, account_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Lock accounts against a change of their state, in id order; return their states."""
    return {row["id"]: row["state"] for row in await tx.rows(SHARE, sorted(set(account_ids)))}


async def insert_account(tx: Tx, account: Account, password_hash: str | None) -> bool:
    """Write a new account; False when the address is taken (it waits for a twin that is just taking it)."""
    return await tx.run(
        INSERT, account.id, account.email, account.email_verified, password_hash, account.first_name, account.last_name,
        account.display_name, account.timezone, account.locale, account.state, account.abilities, account.origin, account.created_at,
    ) == 1  # fmt: skip


async def set_state(tx: Tx, account_id: UUID, change: Change) -> None:
    """Write what a verb of the state machine decided."""
    await tx.run(SET_STATE, account_id, change.state, change.reason, change.suspended_until, change.erase_at)


async def set_verified(tx: Tx, account_id: UUID) -> None:
    """Note that the address is proven; a pending account becomes active."""
    await tx.run(SET_VERIFIED, account_id)


async def set_password(tx: Tx, account_id: UUID, password_hash: str | None) -> None:
    """Replace the password; None: no password opens the account."""
    await tx.run(SET_PASSWORD, account_id, password_hash)


async def upgrade_password(tx: Tx, account_id: UUID, old_hash: str, new_hash: str) -> None:
    """Replace the hash by a stronger one of the same password, unless it has changed meanwhile."""
    await tx.run(UPGRADE_PASSWORD, account_id, old_hash, new_hash)


async def set_person(tx: Tx, account: Account) -> None:
    """Write name, zone, locale and abilities."""
    await tx.run(
        SET_PERSON, account.id, account.first_name, account.last_name, account.display_name, account.timezone, account.locale,
        account.abilities,
    )  # fmt: skip


async def set_roles(tx: Tx, account_id: UUID, roles: Sequence[str]) -> None:
    """Replace the staff roles."""
    await tx.run(SET_ROLES, account_id, list(roles))


async def scrub(tx: Tx, account_id: UUID, pseudonym: str) -> None:
    """Leave a tombstone: no address, no name, no password, no roles. Its `erase_at` stays until every context is done."""
    await tx.run(SCRUB, account_id, pseudonym)
    await tx.run(FORGET_BLOCKS, account_id)


async def find_erased_by(read: Read, account_id: UUID) -> list[str] | None:
    """Return which contexts are done with an account that is being erased; None when it is not."""
    return await read.value(ERASED_BY, account_id)


async def note_erased(tx: Tx, account_id: UUID, context: str) -> None:
    """Note that a context is done. Taken after that context's own locks: nobody waits for more while holding a tombstone."""
    await tx.run(NOTE_ERASED, account_id, context)


async def end_erasure(tx: Tx, account_id: UUID) -> bool:
    """Note that all are done; True for the one caller who did."""
    return await tx.run(END_ERASURE, account_id, tx.now) == 1


async def find_password(read: Read, email: str) -> tuple[UUID | None, str | None]:
    """Return whose address this is and the hash of their password; nothing for strangers."""
    row = await read.row(PASSWORD, email)
    return (None, None) if row is None else (row["id"], row["password_hash"])


async def password_of(read: Read, account_id: UUID) -> str | None:
    """Return the hash of the account's password, if it has one."""
    return await read.value(PASSWORD_OF, account_id)


async def block(tx: Tx, account_id: UUID, blocked_id: UUID, now: datetime) -> tuple[datetime, bool]:
    """Write a block; return since when it stands, and whether it is new. Nobody lifts it until this transaction ends."""
    row = await tx.row(BLOCK, account_id, blocked_id, now)
    if row is None:
        raise AssertionError("an upsert that always touches answers its row")
    return row["blocked_at"], row["is_new"]


async def unblock(tx: Tx, account_id: UUID, blocked_id: UUID) -> bool:
    """Lift a block; False when there was none."""
    return await tx.run(UNBLOCK, account_id, blocked_id) == 1


async def is_blocked(read: Read, one: UUID, other: UUID) -> bool:
    """Return whether either blocks the other."""
    return await read.value(IS_BLOCKED, one, other)
