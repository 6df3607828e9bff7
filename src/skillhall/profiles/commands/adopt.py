"""Adopt profiles that come in bulk: an import, the demo community."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from skillhall.kernel.db.tx import Tx
from skillhall.profiles.model.profile import Profile
from skillhall.profiles.store import profiles as store


async def adopt(tx: Tx, profiles: Sequence[Profile]) -> None:
    """Write them as they are, what contexts above noted included; one primary profile per new account. Nothing is published."""
    await store.insert_all(tx, profiles)


async def adopt_ratings(tx: Tx, ratings: Mapping[UUID, float]) -> None:
    """Note the average rating of adopted accounts on all their profiles. Nothing is published."""
    await store.write_ratings(tx, ratings)


async def adopt_jobs(tx: Tx, jobs: Mapping[UUID, int]) -> None:
    """Note how many jobs adopted accounts have done on all their profiles. Nothing is published."""
    await store.write_jobs(tx, jobs)
