"""Mailed codes and links, attempts at addresses, outside sign-ins. Locks: codes 70.2, attempts 70.3. All on wall time."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from skillhall.identity.model.account import Purpose
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx, locks

INSERT = sql("INSERT INTO identity.code (id, purpose, email, tries_allowed, requested_at) VALUES ($1, $2, $3, $4, $5)")
CODE = sql("SELECT purpose, email, requested_at, used_at FROM identity.code WHERE id = $1")
ARM = sql("UPDATE identity.code SET hash = $2, expires_at = $3, tries = 0 WHERE id = $1 AND used_at IS NULL")
TRY_CODE = sql("""
UPDATE identity.code SET tries = tries + 1, used_at = CASE WHEN hash = $3 THEN $4::timestamptz END
WHERE id = (
        SELECT n.id FROM identity.code n WHERE n.email = $1 AND n.purpose = $2 AND n.expires_at > $4
        ORDER BY n.expires_at DESC, n.id DESC LIMIT 1
    )
    AND used_at IS NULL AND tries < tries_allowed
RETURNING used_at IS NOT NULL
""")
FIND_LINK = sql("""
SELECT email FROM identity.code WHERE hash = $1 AND purpose = $2 AND purpose <> 'sign_in' AND used_at IS NULL AND expires_at > $3
""")
USE_LINK = sql("""
UPDATE identity.code SET used_at = $3
WHERE hash = $1 AND purpose = $2 AND purpose <> 'sign_in' AND used_at IS NULL AND expires_at > $3
""")
FORGET_CODES = sql("DELETE FROM identity.code WHERE requested_at < $1")
FORGET_CODES_OF = sql("DELETE FROM identity.code WHERE email = $1")
ALLOW = sql("""
INSERT INTO identity.attempts AS a (email, purpose, times, touched_at) VALUES ($1, $2, ARRAY[$3::timestamptz], $3)
ON CONFLICT (email, purpose) DO UPDATE SET times = ARRAY(SELECT t FROM unnest(a.times) t WHERE t > $4) || $3::timestamptz, touched_at = $3
WHERE (SELECT count(*) FROM unnest(a.times) t WHERE t > $4) < $5
""")
OLDEST = sql("SELECT min(t) FROM identity.attempts a, unnest(a.times) t WHERE a.email = $1 AND a.purpose = $2 AND t > $3")
LOCK_FAILURES = sql("""
INSERT INTO identity.attempts AS a (email, purpose, touched_at) VALUES ($1, 'password', $2)
ON CONFLICT (email, purpose) DO UPDATE SET touched_at = $2 RETURNING times, locked_until
""")
SET_FAILURES = sql("UPDATE identity.attempts SET times = $2, locked_until = $3 WHERE email = $1 AND purpose = 'password'")
FORGET_ATTEMPTS = sql("DELETE FROM identity.attempts WHERE touched_at < $1 AND (locked_until IS NULL OR locked_until < $1)")
FORGET_ATTEMPTS_OF = sql("DELETE FROM identity.attempts WHERE email = $1")
BEGIN_OUTSIDE = sql("INSERT INTO identity.outside_attempt (id, provider, state_hash, redirect_uri, expires_at) VALUES ($1, $2, $3, $4, $5)")
TAKE_OUTSIDE = sql("""
UPDATE identity.outside_attempt SET used_at = $3 WHERE provider = $1 AND state_hash = $2 AND used_at IS NULL AND expires_at > $3
RETURNING redirect_uri
""")
FORGET_OUTSIDE = sql("DELETE FROM identity.outside_attempt WHERE expires_at < $1")
LINKED = sql("SELECT account_id FROM identity.outside_sign_in WHERE provider = $1 AND subject = $2")
LINK = sql("""
INSERT INTO identity.outside_sign_in (provider, subject, account_id, linked_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (provider, subject) DO NOTHING
""")
UNLINK_ALL = sql("DELETE FROM identity.outside_sign_in WHERE account_id = $1")


class Code(Struct, frozen=True, kw_only=True):
    """A request for a mailed secret."""

    purpose: Purpose
    email: str
    requested_at: datetime
    used_at: datetime | None


async def insert_code(tx: Tx, code_id: UUID, purpose: Purpose, email: str, tries: int) -> None:
    """Write a request; the job that mails it makes the secret."""
    await tx.run(INSERT, code_id, purpose, email, tries, tx.wall)


async def find_code(read: Read, code_id: UUID) -> Code | None:
    """Return a request, unless it is forgotten."""
    row = await read.row(CODE, code_id)
    return None if row is None else Code(**dict(row))


@locks(70, 2)
async def arm(tx: Tx, code_id: UUID, hash_: bytes, life: timedelta) -> bool:
    """Store the hash of the secret just made; its life and its tries begin. False when an earlier one was used."""
    return await tx.run(ARM, code_id, hash_, tx.wall + life) == 1


@locks(70, 2)
async def try_code(tx: Tx, email: str, hash_: bytes) -> bool:
    """Count a try on the address's newest code and use it up if it is right, in one statement; True for the one caller who is right."""
    return bool(await tx.value(TRY_CODE, email, "sign_in", hash_, tx.wall))


async def find_link(read: Read, purpose: Purpose, hash_: bytes) -> str | None:
    """Return the address a live link was mailed to."""
    return await read.value(FIND_LINK, hash_, purpose, read.wall)


@locks(70, 2)
async def use_link(tx: Tx, purpose: Purpose, hash_: bytes) -> bool:
    """Use a link up; True for one caller alone."""
    return await tx.run(USE_LINK, hash_, purpose, tx.wall) == 1


@locks(70, 3)
async def allow(tx: Tx, email: str, purpose: Purpose, window: timedelta, at_most: int) -> int | None:
    """Count a request unless the window is full: then return in how many seconds it has room."""
    if await tx.run(ALLOW, email, purpose, tx.wall, tx.wall - window, at_most) == 1:
        return None
    oldest: datetime | None = await tx.value(OLDEST, email, purpose, tx.wall - window)
    return max(1, int(((oldest or tx.wall) + window - tx.wall).total_seconds()) + 1)


@locks(70, 3)
async def lock_failures(tx: Tx, email: str) -> tuple[list[datetime], datetime | None]:
    """Lock what is known of wrong passwords at this address: their times, and until when signing in is locked."""
    row = await tx.row(LOCK_FAILURES, email, tx.wall)
    if row is None:
        raise AssertionError("an upsert that always touches answers its row")
    return list(row["times"]), row["locked_until"]


async def set_failures(tx: Tx, email: str, times: list[datetime], locked_until: datetime | None) -> None:
    """Write them; the row is locked."""
    await tx.run(SET_FAILURES, email, times, locked_until)


async def begin_outside(tx: Tx, attempt_id: UUID, provider: str, state_hash: bytes, redirect_uri: str, expires_at: datetime) -> None:
    """Write that somebody leaves for a provider."""
    await tx.run(BEGIN_OUTSIDE, attempt_id, provider, state_hash, redirect_uri, expires_at)


async def take_outside(tx: Tx, provider: str, state_hash: bytes) -> str | None:
    """Use up the attempt of somebody who comes back; return its redirect URI, once."""
    return await tx.value(TAKE_OUTSIDE, provider, state_hash, tx.wall)


async def find_linked(read: Read, provider: str, subject: str) -> UUID | None:
    """Return the account that this person at the provider opens."""
    return await read.value(LINKED, provider, subject)


async def link(tx: Tx, provider: str, subject: str, account_id: UUID) -> None:
    """Let this person at the provider open the account from now on."""
    await tx.run(LINK, provider, subject, account_id, tx.wall)


async def forget_stale(tx: Tx, before: datetime) -> None:
    """Drop codes, attempts and outside attempts older than `before`."""
    for statement in (FORGET_CODES, FORGET_ATTEMPTS, FORGET_OUTSIDE):
        await tx.run(statement, before)


async def forget_address(tx: Tx, account_id: UUID, email: str) -> None:
    """Drop everything kept about an address that is being erased."""
    await tx.run(FORGET_CODES_OF, email)
    await tx.run(FORGET_ATTEMPTS_OF, email)
    await tx.run(UNLINK_ALL, account_id)
