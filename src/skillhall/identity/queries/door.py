"""What the gate reads."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read

LOGIN = sql("""
SELECT l.id, l.account_id, l.profile_id, l.revision, l.ended_at IS NULL AND l.expires_at > $2 AS is_live,
    a.state, a.email, a.email_verified, a.roles
FROM identity.login l JOIN identity.account a ON a.id = l.account_id WHERE l.id = $1
""")
KEY = sql("""
SELECT k.id, k.account_id, k.profile_id, 0 AS revision, k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2) AS is_live,
    a.state, a.email, a.email_verified, a.roles, k.scopes
FROM identity.api_key k JOIN identity.account a ON a.id = k.account_id WHERE k.hash = $1
""")
TOUCH_KEY = sql("""
UPDATE identity.api_key SET used_at = $2
WHERE id = $1 AND (used_at IS NULL OR used_at < $2::timestamptz - interval '1 minute') RETURNING id
""")
CHANGED = sql("SELECT id FROM identity.login WHERE changed_at > $1")


class Standing(Struct, frozen=True, kw_only=True):
    """A login or key with the account it opens."""

    id: UUID
    account_id: UUID
    profile_id: UUID
    revision: int
    is_live: bool
    state: str
    email: str | None
    email_verified: bool
    roles: list[str]
    scopes: list[str] = []


async def find_login(read: Read, login_id: UUID) -> Standing | None:
    """Return a login's standing now."""
    row = await read.row(LOGIN, login_id, read.wall)
    return None if row is None else msgspec.convert(dict(row), Standing)


async def find_key(read: Read, hash_: bytes) -> Standing | None:
    """Return a key's standing now, and note, at most once a minute, that it was used."""
    row = await read.row(KEY, hash_, read.wall)
    if row is None:
        return None
    if row["is_live"]:
        await read.value(TOUCH_KEY, row["id"], read.wall)
    return msgspec.convert(dict(row), Standing)


async def changed_since(read: Read, since: datetime) -> list[UUID]:
    """Return the logins that ended, or whose tokens are out of date, since then."""
    return [row["id"] for row in await read.rows(CHANGED, since)]
