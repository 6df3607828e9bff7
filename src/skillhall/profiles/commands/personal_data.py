"""What profiles keeps about a person: handed out, and erased."""

from uuid import UUID

from skillhall.kernel.db.tx import Read, Tx
from skillhall.profiles.queries.own import everything
from skillhall.profiles.store import pictures, preferences, profiles, verifications


class ProfileData:
    """Fills identity's `PersonalData`."""

    name = "profiles"

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return all profiles, tombstones too, with pictures, verification requests and preferences."""
        return await everything(read, account_id)

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:  # noqa: ARG002 - an account has few profiles
        """Put the pseudonym where the names were and empty or remove everything else; ids of profiles stay for what points at them."""
        await verifications.remove_all(tx, account_id)
        await pictures.drop_all_pictures(tx, account_id)
        await profiles.scrub(tx, account_id, pseudonym)
        await preferences.remove(tx, account_id)
        return True
