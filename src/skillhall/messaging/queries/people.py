"""Whom a caller can write to, and as whom."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.identity.api import AccountNotFound
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.messaging.model.conversation import Member
from skillhall.profiles.api import ProfileNotFound

ACTING = sql("""
SELECT id, account_id FROM profiles.public_profile WHERE account_id = $1 AND (id = $2 OR ($2::uuid IS NULL AND is_primary))
""")
REACHED = sql("""
SELECT v.id, v.account_id, v.is_primary FROM profiles.public_profile v
WHERE (v.id = ANY($1) OR (v.account_id = ANY($2) AND v.is_primary)) AND v.is_visible AND NOT EXISTS (
    SELECT FROM identity.public_block b
    WHERE (b.account_id = v.account_id AND b.blocked_id = $3) OR (b.account_id = $3 AND b.blocked_id = v.account_id))
""")


async def acting(read: Read, by: Actor) -> Member:
    """Return the profile the caller acts as: the login's, or the account's primary one."""
    row = await read.row(ACTING, by.account_id, by.profile_id)
    if row is None:
        raise ProfileNotFound(profile_id=by.profile_id)
    return Member(account_id=row["account_id"], profile_id=row["id"])


async def reached(read: Read, by: Actor, profile_ids: Sequence[UUID], account_ids: Sequence[UUID]) -> list[Member]:
    """Return these profiles and the primary ones of these accounts, one per account.

    Refuse as if they were not there when one is hidden, deleted, or across a block.
    """
    rows = await read.rows(REACHED, list(profile_ids), list(account_ids), by.account_id)
    profiles = {row["id"]: row["account_id"] for row in rows}
    primary = {row["account_id"]: row["id"] for row in rows if row["is_primary"]}
    found: dict[UUID, Member] = {}
    for profile_id in profile_ids:
        if profile_id not in profiles:
            raise ProfileNotFound(profile_id=profile_id)
        found.setdefault(profiles[profile_id], Member(account_id=profiles[profile_id], profile_id=profile_id))
    for account_id in account_ids:
        if account_id not in primary:
            raise AccountNotFound
        found.setdefault(account_id, Member(account_id=account_id, profile_id=primary[account_id]))
    return list(found.values())
