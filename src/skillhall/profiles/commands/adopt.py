"""Adopt profiles that come in bulk: an import, the demo community."""

from collections.abc import Sequence

from skillhall.kernel.db.tx import Tx
from skillhall.profiles.model.profile import Profile
from skillhall.profiles.store import profiles as store


async def adopt(tx: Tx, profiles: Sequence[Profile]) -> None:
    """Write them as they are, what contexts above noted included; one primary profile per new account. Nothing is published."""
    await store.insert_all(tx, profiles)
