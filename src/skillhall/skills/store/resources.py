"""Learning resources."""

from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks
from skillhall.skills.model.refusals import ResourceExists, ResourceNotFound
from skillhall.skills.model.resource import Resource

LOCK = sql("""
SELECT id, skill_id, kind, title, url, state, reason, account_id, version FROM skills.resource WHERE id = $1 AND skill_id = $2
FOR NO KEY UPDATE
""")
PROPOSED = sql("SELECT count(*) FROM skills.resource WHERE account_id = $1 AND state = 'proposed'")
INSERT = sql("""
INSERT INTO skills.resource (id, skill_id, kind, title, url, state, account_id, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT (skill_id, url) DO NOTHING
""")
# Written anew, so that the constraint can say no to an address that is there already.
UPDATE = sql("""
WITH old AS (DELETE FROM skills.resource WHERE id = $1 RETURNING id, skill_id, account_id, version, created_at)
INSERT INTO skills.resource (id, skill_id, kind, title, url, state, reason, account_id, version, created_at, updated_at)
SELECT o.id, o.skill_id, $2, $3, $4, $5, $6, o.account_id, o.version + 1, o.created_at, $7 FROM old o
ON CONFLICT (skill_id, url) DO NOTHING
""")
DELETE = sql("DELETE FROM skills.resource WHERE id = $1")
ERASE = sql("DELETE FROM skills.resource WHERE account_id = $1 AND state <> 'active'")


@locks(65, 3)
async def lock_resource(tx: Tx, skill_id: UUID, resource_id: UUID) -> Resource:
    """Lock a resource of this skill."""
    row = await tx.row(LOCK, resource_id, skill_id)
    if row is None:
        raise ResourceNotFound(resource_id=resource_id)
    return msgspec.convert(dict(row), Resource)


async def proposed(tx: Tx, account_id: UUID) -> int:
    """Return how many resources of this account wait."""
    return await tx.value(PROPOSED, account_id)


async def insert(tx: Tx, new: Resource) -> None:
    """Write a new resource; one address once per skill."""
    n = new
    if not await tx.run(INSERT, n.id, n.skill_id, n.kind, n.title, n.url, n.state, n.account_id, tx.now):
        raise ResourceExists


async def update(tx: Tx, changed: Resource) -> None:
    """Write the fields of a locked resource; refusing leaves it deleted, until the transaction rolls back."""
    c = changed
    if not await tx.run(UPDATE, c.id, c.kind, c.title, c.url, c.state, c.reason, tx.now):
        raise ResourceExists


async def delete(tx: Tx, resource_id: UUID) -> None:
    """Delete a locked resource."""
    await tx.run(DELETE, resource_id)


async def erase(tx: Tx, account_id: UUID) -> None:
    """Delete what the account has proposed and nobody has published; published links are part of the catalogue."""
    await tx.run(ERASE, account_id)
