"""Lessons and reviews that contexts above note down, and what they count for."""

from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.skills.store.members import lock_tallies

BEFORE = sql("SELECT skill_id, learners, rating FROM skills.noted WHERE subject_kind = $1 AND subject_id = $2")
WRITE = sql("""
INSERT INTO skills.noted (subject_kind, subject_id, skill_id, learners, rating, noted_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (subject_kind, subject_id) DO UPDATE SET learners = excluded.learners, rating = excluded.rating
""")
COUNT = sql("""
UPDATE skills.tally SET sessions = sessions + $2, session_learners = session_learners + $3, ratings = ratings + $4,
    rating_sum = rating_sum + $5, average_rating = (rating_sum + $5)::double precision / nullif(ratings + $4, 0)
WHERE skill_id = $1
""")


async def write(tx: Tx, about: Subject, skill_id: UUID, learners: int, rating: int | None) -> None:
    """Write what is noted about a subject and count the difference; a subject stays with the skill it was first noted for."""
    before = await tx.row(BEFORE, about.kind, about.id)
    home = skill_id if before is None else before["skill_id"]
    await lock_tallies(tx, [home])
    before = await tx.row(BEFORE, about.kind, about.id)
    await tx.run(WRITE, about.kind, about.id, home, learners, rating, tx.now)
    old = _weights(about, before["learners"], before["rating"]) if before is not None else (0, 0, 0, 0)
    await tx.run(COUNT, home, *(new - was for new, was in zip(_weights(about, learners, rating), old, strict=True)))


def _weights(about: Subject, learners: int, rating: int | None) -> tuple[int, int, int, int]:
    return int(about.kind == "session"), learners, int(rating is not None), rating or 0
