"""Logins and API keys: rows in and out. Locks: rank 70.1."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.identity.model.account import Ending
from skillhall.identity.model.login import Login
from skillhall.identity.model.refusals import LoginNotFound
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks

INSERT = sql("""
INSERT INTO identity.login (id, account_id, profile_id, method, revision, refresh_hash, rotated_at, device, address, created_at, used_at,
    expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $7, $7, $10)
""")
LOCK_LOGIN = sql("""
SELECT id, account_id, profile_id, method, revision, refresh_hash, replaced_hash, rotated_at, device, address, created_at, used_at,
    expires_at, ended_at
FROM identity.login WHERE id = $1 FOR UPDATE
""")
ROTATE = sql("""
UPDATE identity.login SET refresh_hash = $2, replaced_hash = refresh_hash, rotated_at = $3, used_at = $3, address = $4 WHERE id = $1
""")
END_LOGIN = sql("""
UPDATE identity.login SET ended_at = $3, changed_at = $3, ended_why = $4 WHERE id = $1 AND account_id = $2 AND ended_at IS NULL
""")
LOCK_LOGINS = sql("SELECT id FROM identity.login WHERE account_id = $1 AND ended_at IS NULL ORDER BY id FOR UPDATE")
END_LOGINS = sql("""
UPDATE identity.login SET ended_at = $2, changed_at = $2, ended_why = $3
WHERE account_id = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $4 RETURNING id
""")
REVISE_LOGINS = sql("UPDATE identity.login SET revision = revision + 1, changed_at = $2 WHERE account_id = $1 AND ended_at IS NULL")
TOUCH_LOGINS = sql("UPDATE identity.login SET changed_at = $2 WHERE account_id = $1 AND ended_at IS NULL")
SET_PROFILE = sql("UPDATE identity.login SET profile_id = $2, revision = $3, changed_at = $4 WHERE id = $1")
REPLACE_PROFILE = sql("UPDATE identity.login SET profile_id = $3, changed_at = $4 WHERE account_id = $1 AND profile_id = $2")
REPLACE_KEY_PROFILE = sql("UPDATE identity.api_key SET profile_id = $3 WHERE account_id = $1 AND profile_id = $2")
FORGET_OLD = sql("DELETE FROM identity.login WHERE expires_at < $1 OR ended_at < $1")
FORGET_OF = sql("DELETE FROM identity.login WHERE account_id = $1")
COUNT_KEYS = sql("SELECT count(*) FROM identity.api_key WHERE account_id = $1 AND revoked_at IS NULL")
INSERT_KEY = sql("""
INSERT INTO identity.api_key (id, account_id, profile_id, name, hash, hint, scopes, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
""")
REVOKE_KEY = sql("UPDATE identity.api_key SET revoked_at = $3 WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL")
REVOKE_KEYS = sql("UPDATE identity.api_key SET revoked_at = $2 WHERE account_id = $1 AND revoked_at IS NULL")
FORGET_KEYS_OF = sql("DELETE FROM identity.api_key WHERE account_id = $1")


class Key(Struct, frozen=True, kw_only=True):
    """An API key as it is stored."""

    id: UUID
    account_id: UUID
    profile_id: UUID
    name: str
    hash: bytes
    hint: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None


async def insert_login(tx: Tx, login: Login) -> None:
    """Write a new login."""
    await tx.run(
        INSERT, login.id, login.account_id, login.profile_id, login.method, login.revision, login.refresh_hash, login.created_at,
        login.device, login.address, login.expires_at,
    )  # fmt: skip


@locks(70, 1)
async def lock_login(tx: Tx, login_id: UUID) -> Login:
    """Lock a login, ended or not."""
    row = await tx.row(LOCK_LOGIN, login_id)
    if row is None:
        raise LoginNotFound
    return msgspec.convert(dict(row), Login)


async def rotate(tx: Tx, login_id: UUID, refresh_hash: bytes) -> None:
    """Put the next refresh token in the place of the current one. The login is locked."""
    await tx.run(ROTATE, login_id, refresh_hash, tx.wall, tx.facts.address)


@locks(70, 1)
async def end_login(tx: Tx, account_id: UUID, login_id: UUID, why: Ending) -> bool:
    """End one login of the account; False when it is not its own or has ended."""
    return await tx.run(END_LOGIN, login_id, account_id, tx.wall, why) == 1


@locks(70, 1)
async def lock_logins(tx: Tx, account_id: UUID) -> None:
    """Lock the live logins of a locked account, in id order: before codes are, and before all are ended or revised."""
    await tx.rows(LOCK_LOGINS, account_id)


async def end_logins(tx: Tx, account_id: UUID, why: Ending, but: UUID | None = None) -> list[UUID]:
    """End the locked logins of the account except `but`; return which ended now."""
    return [row["id"] for row in await tx.rows(END_LOGINS, account_id, tx.wall, why, but)]


async def revise_logins(tx: Tx, account_id: UUID) -> None:
    """Make every access token of the account's locked logins out of date."""
    await tx.run(REVISE_LOGINS, account_id, tx.wall)


async def touch_logins(tx: Tx, account_id: UUID) -> None:
    """Make every process look again at the account's locked logins; their tokens stay good."""
    await tx.run(TOUCH_LOGINS, account_id, tx.wall)


async def set_profile(tx: Tx, login: Login) -> None:
    """Write profile and revision of a locked login."""
    await tx.run(SET_PROFILE, login.id, login.profile_id, login.revision, tx.wall)


async def replace_profile(tx: Tx, account_id: UUID, old: UUID, new: UUID) -> None:
    """Put `new` on the account's locked logins and its API keys that carry `old`; every process looks again at those logins."""
    await tx.run(REPLACE_PROFILE, account_id, old, new, tx.wall)
    await tx.run(REPLACE_KEY_PROFILE, account_id, old, new)


async def forget_old_logins(tx: Tx, before: datetime) -> None:
    """Drop logins that ended or expired before `before`."""
    await tx.run(FORGET_OLD, before)


async def forget_logins(tx: Tx, account_id: UUID) -> None:
    """Drop all logins and API keys of an account that is being erased."""
    await tx.run(FORGET_OF, account_id)
    await tx.run(FORGET_KEYS_OF, account_id)


async def count_keys(tx: Tx, account_id: UUID) -> int:
    """Return how many live API keys the account has."""
    return await tx.value(COUNT_KEYS, account_id)


async def insert_key(tx: Tx, key: Key) -> None:
    """Write a new API key."""
    await tx.run(
        INSERT_KEY, key.id, key.account_id, key.profile_id, key.name, key.hash, key.hint, key.scopes, key.created_at, key.expires_at
    )  # fmt: skip


async def revoke_key(tx: Tx, account_id: UUID, key_id: UUID) -> bool:
    """Revoke one key of the account; False when it is not its own or is revoked."""
    return await tx.run(REVOKE_KEY, key_id, account_id, tx.wall) == 1


async def revoke_keys(tx: Tx, account_id: UUID) -> None:
    """Revoke every key of a locked account."""
    await tx.run(REVOKE_KEYS, account_id, tx.wall)
