"""Noting down what contexts above compute and profiles show."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import UNSET, UnsetType

from skillhall.kernel.db.tx import Tx
from skillhall.profiles.events import ProfileChanged
from skillhall.profiles.store import profiles as store


async def note(
    tx: Tx,
    account_id: UUID,
    *,
    rating: float | UnsetType | None = UNSET,
    skills: Sequence[str] | None = None,
    jobs_done: int | None = None,
    has_availability: bool | None = None,
    badges: Sequence[str] | None = None,
    level: int | None = None,
) -> None:
    """Show these facts on every profile of the person; what is left out stays.

    `rating` is the average of 1 to 5 stars, None while there is none. `skills` are names, the foremost first. `jobs_done` counts sessions
    held and work delivered. `badges` are names, `level` begins at 1. Locks the account's profiles (rank 67).
    """
    await store.lock_profiles(tx, account_id)
    changed = await store.write_note(
        tx,
        account_id,
        sets_rating=rating is not UNSET,
        rating=None if rating is UNSET else rating,
        skills=skills,
        jobs_done=jobs_done,
        has_availability=has_availability,
        badges=badges,
        level=level,
    )
    for profile_id in changed:
        tx.publish(ProfileChanged(profile_id=profile_id, account_id=account_id))
