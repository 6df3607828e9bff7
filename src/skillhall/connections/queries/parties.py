"""Whose side a caller is on, and whom they can reach."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.connections.model.connection import Party
from skillhall.connections.model.refusals import ProfileNotShown
from skillhall.identity.api import AccountNotFound
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.profiles.api import ProfileNotFound

ACTING = sql("""
SELECT id, account_id, is_visible FROM profiles.public_profile
WHERE account_id = $1 AND (id = $2 OR ($2::uuid IS NULL AND is_primary))
""")
REACHED = sql("""
SELECT v.id, v.account_id FROM profiles.public_profile v
WHERE v.id = $1 AND (v.account_id = $2 OR v.is_visible AND NOT EXISTS (
    SELECT FROM identity.public_block b
    WHERE (b.account_id = v.account_id AND b.blocked_id = $2) OR (b.account_id = $2 AND b.blocked_id = v.account_id)))
""")
REACHED_ACCOUNT = sql("""
SELECT v.id, v.account_id FROM profiles.public_profile v
WHERE v.account_id = $1 AND v.is_primary AND (v.account_id = $2 OR v.is_visible AND NOT EXISTS (
    SELECT FROM identity.public_block b
    WHERE (b.account_id = v.account_id AND b.blocked_id = $2) OR (b.account_id = $2 AND b.blocked_id = v.account_id)))
""")
PROFILES_OF = sql("SELECT id FROM profiles.public_profile WHERE account_id = ANY($1) ORDER BY id")


async def acting(read: Read, by: Actor) -> Party:
    """Return the profile the caller acts as: the login's, or the account's primary one."""
    row = await read.row(ACTING, by.account_id, by.profile_id)
    if row is None:
        raise ProfileNotFound(profile_id=by.profile_id)
    return Party(id=row["id"], account_id=row["account_id"])


async def shown(read: Read, by: Actor) -> Party:
    """Return the profile the caller acts as; refuse one that others cannot see."""
    row = await read.row(ACTING, by.account_id, by.profile_id)
    if row is None or not row["is_visible"]:
        raise ProfileNotShown
    return Party(id=row["id"], account_id=row["account_id"])


async def reached(read: Read, profile_id: UUID, by: Actor) -> Party:
    """Return a profile that the caller may see; refuse as if it were not there when it is hidden, deleted, or across a block."""
    row = await read.row(REACHED, profile_id, by.account_id)
    if row is None:
        raise ProfileNotFound(profile_id=profile_id)
    return Party(**row)


async def reached_account(read: Read, account_id: UUID, by: Actor) -> Party:
    """Return the primary profile of an account that the caller may see; of the caller's own account, the profile they act as."""
    if account_id == by.account_id:
        return await acting(read, by)
    row = await read.row(REACHED_ACCOUNT, account_id, by.account_id)
    if row is None:
        raise AccountNotFound
    return Party(**row)


async def profiles_of(read: Read, *account_ids: UUID) -> Sequence[UUID]:
    """Return the ids of all profiles these accounts have or had."""
    return [row["id"] for row in await read.rows(PROFILES_OF, list(account_ids))]
