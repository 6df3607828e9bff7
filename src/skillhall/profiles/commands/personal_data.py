"""What profiles keeps about a person: handed out, and erased."""

from uuid import UUID

from skillhall.kernel.db.tx import Read, Tx
from skillhall.profiles import store
from skillhall.profiles.queries import everything


class ProfileData:
    """Fills identity's `PersonalData`."""

    name = "profiles"

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return all profiles, tombstones too."""
        return {"profiles": await everything(read, account_id)}

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:  # noqa: ARG002 - an account has few profiles
        """Put the pseudonym where the names were and empty everything else; ids stay for what points at them."""
        await store.scrub(tx, account_id, pseudonym)
        return True
