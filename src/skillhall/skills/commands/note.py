"""Noting lessons and reviews, which contexts above know of."""

from uuid import UUID

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.skills.store import catalogue, noted
from skillhall.skills.store.members import share_lists


async def note(tx: Tx, skill_id: UUID, about: Subject, *, learners: int = 0, rating: int | None = None) -> None:
    """Note a session that was held (`session`, with its learners), or a review's rating of 1 to 5 stars, None to take it back.

    Said again about the same subject it replaces what was noted, so that a repeated call counts once. Locks rank 65.
    """
    await share_lists(tx)
    await noted.write(tx, about, await catalogue.canonical(tx, skill_id), learners, rating)
