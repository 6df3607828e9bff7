"""Invites in the database, guarded by the lock of their project."""

from uuid import UUID

import msgspec

from skillhall.gigs.model.invite import Invite, InviteState
from skillhall.gigs.model.refusals import InviteMoved, InviteNotFound
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx

INVITE = sql("""
SELECT id, project_id, by_id, account_id, email, message, amount, hourly_rate, delivery_days, state, expires_at, created_at, decided_at
FROM gigs.invite WHERE id = $1
""")
INSERT = sql("""
INSERT INTO gigs.invite (id, project_id, by_id, account_id, email, message, amount, hourly_rate, delivery_days, state, expires_at,
    created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING
""")
DECIDE = sql("""
UPDATE gigs.invite SET state = $2, decided_at = $3, account_id = coalesce(account_id, $4),
    email = CASE WHEN $2 IN ('withdrawn', 'expired') AND account_id IS NULL THEN NULL ELSE email END
WHERE id = $1 AND state = 'pending'
RETURNING id, project_id, by_id, account_id, email, message, amount, hourly_rate, delivery_days, state, expires_at, created_at, decided_at
""")
WITHDRAW_ALL = sql("""
UPDATE gigs.invite SET state = 'withdrawn', decided_at = $2, email = NULL WHERE project_id = $1 AND state = 'pending'
RETURNING id, project_id, by_id, account_id, email, message, amount, hourly_rate, delivery_days, state, expires_at, created_at, decided_at
""")
OPEN = sql("SELECT count(*) FROM gigs.invite WHERE project_id = $1 AND state = 'pending'")
IS_FOR = sql("SELECT 1 FROM identity.staff_account WHERE id = $1 AND email = $2 AND email_verified")
OWN_EMAIL = sql("SELECT email FROM identity.staff_account WHERE id = $1 AND email_verified")
DUE = sql("SELECT id, expires_at AS due_at FROM gigs.invite WHERE state = 'pending' AND expires_at <= $1 ORDER BY expires_at LIMIT $2")
NEXT_DUE = sql("SELECT min(expires_at) FROM gigs.invite WHERE state = 'pending' AND expires_at > $1")
ACCOUNT = sql("""
SELECT v.account_id FROM profiles.public_profile v
WHERE (v.id = $1 OR v.account_id = $1 AND v.is_primary) AND v.is_visible AND NOT EXISTS (
    SELECT FROM identity.public_block b WHERE (b.account_id, b.blocked_id) IN ((v.account_id, $2), ($2, v.account_id)))
""")


async def invite(read: Read, invite_id: UUID) -> Invite:
    """Return an invite as it is now, whoever asks, or refuse."""
    return invite_of(await read.row(INVITE, invite_id))


async def insert_invite(tx: Tx, new: Invite) -> bool:
    """Store a new invite; False when this person or address has an open one to the project."""
    count = await tx.run(
        INSERT, new.id, new.project_id, new.by_id, new.account_id, new.email, new.message, new.amount, new.hourly_rate, new.delivery_days,
        new.state, new.expires_at, new.created_at,
    )  # fmt: skip
    return count == 1


async def decide(tx: Tx, invite_id: UUID, state: InviteState, account_id: UUID | None = None) -> Invite:
    """End an open invite of a locked project and return it; `account_id` answered it. An address nobody answered for is forgotten."""
    row = await tx.row(DECIDE, invite_id, state, tx.now, account_id)
    if row is None:
        raise InviteMoved(status=(await invite(tx, invite_id)).state, verb=state)
    return invite_of(row)


async def withdraw_all(tx: Tx, project_id: UUID) -> list[Invite]:
    """Take back every open invite of a locked project; return those."""
    return [invite_of(row) for row in await tx.rows(WITHDRAW_ALL, project_id, tx.now)]


async def count_open(read: Read, project_id: UUID) -> int:
    """Return how many invites of a project are open."""
    return await read.value(OPEN, project_id)


async def is_for(read: Read, found: Invite, account_id: UUID) -> bool:
    """Return whether this person is the invited: the account, or who has proven the address."""
    if found.account_id is not None:
        return found.account_id == account_id
    return await read.value(IS_FOR, account_id, found.email) is not None


async def own_email(read: Read, account_id: UUID) -> str | None:
    """Return this person's address once they have proven it."""
    return await read.value(OWN_EMAIL, account_id)


async def find_account(read: Read, person_id: UUID, by_id: UUID) -> UUID | None:
    """Return the account of this id, or behind the profile of this id, when the caller may see it."""
    return await read.value(ACCOUNT, person_id, by_id)


def invite_of(row: Row | None) -> Invite:
    """Return the invite of a row, or refuse."""
    if row is None:
        raise InviteNotFound
    return msgspec.convert(dict(row), Invite)
