"""Endorsements; a constraint allows one per skill, person and author."""

from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.reviews.model.endorsement import Endorsement

INSERT = sql("""
INSERT INTO reviews.endorsement (id, author_id, author_profile_id, about_id, skill_id, message, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT ON CONSTRAINT one_endorsement_per_skill DO NOTHING
""")
SAME = sql("""
SELECT id, author_id, author_profile_id, about_id, skill_id, message, created_at FROM reviews.endorsement
WHERE about_id = $1 AND skill_id = $2 AND author_id = $3
""")
REMOVE = sql("""
DELETE FROM reviews.endorsement WHERE id = $1 AND author_id = $2
RETURNING id, author_id, author_profile_id, about_id, skill_id, message, created_at
""")
# Who vouched for both skills has vouched for one.
DROP_DOUBLES = sql("""
DELETE FROM reviews.endorsement e WHERE e.skill_id = $1 AND EXISTS (
    SELECT FROM reviews.endorsement o WHERE o.skill_id = $2 AND o.about_id = e.about_id AND o.author_id = e.author_id)
""")
MOVE = sql("UPDATE reviews.endorsement SET skill_id = $2 WHERE skill_id = $1")


async def insert(tx: Tx, new: Endorsement) -> bool:
    """Store an endorsement; False when its author has endorsed this skill of this person."""
    facts = (new.author_id, new.author_profile_id, new.about_id, new.skill_id, new.message, new.created_at)
    return await tx.run(INSERT, new.id, *facts) == 1


async def find_same(read: Read, like: Endorsement) -> Endorsement | None:
    """Return the one of the same author, person and skill."""
    row = await read.row(SAME, like.about_id, like.skill_id, like.author_id)
    return None if row is None else Endorsement(**row)


async def remove(tx: Tx, endorsement_id: UUID, author_id: UUID) -> Endorsement | None:
    """Delete an endorsement of this author and return it; nothing when there is none."""
    row = await tx.row(REMOVE, endorsement_id, author_id)
    return None if row is None else Endorsement(**row)


async def move(tx: Tx, skill_id: UUID, into_id: UUID) -> None:
    """Let endorsements of a merged skill be of the one that stands now."""
    await tx.run(DROP_DOUBLES, skill_id, into_id)
    await tx.run(MOVE, skill_id, into_id)
