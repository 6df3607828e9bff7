"""How many stars whom or what was given."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx, locks
from skillhall.reviews.model.stars import NOBODY, Rated

MEET = sql("INSERT INTO reviews.tally (subject_kind, subject_id, stars) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
COUNT = sql("""
UPDATE reviews.tally t SET stars = (SELECT array_agg(s.had + c.more ORDER BY s.star)
    FROM unnest(t.stars) WITH ORDINALITY AS s (had, star) JOIN unnest($3::int4[]) WITH ORDINALITY AS c (more, star) USING (star))
WHERE subject_kind = $1 AND subject_id = $2 RETURNING stars
""")
ONE = sql("SELECT stars FROM reviews.tally WHERE subject_kind = 'account' AND subject_id = $1")


@locks(20, 1)
async def lock_and_count(tx: Tx, rated: Rated, more: Sequence[int]) -> list[int]:
    """Add to (or take from) each number of stars; return what there is now. Called in the order of `rated`."""
    await tx.run(MEET, *rated, list(NOBODY))
    return await tx.value(COUNT, *rated, list(more))


async def stars_of(read: Read, account_id: UUID) -> list[int]:
    """Return how many public reviews gave this person one star, two, … five."""
    return await read.value(ONE, account_id) or list(NOBODY)
