"""What notifications keeps about a person: handed out, and erased."""

from uuid import UUID

from skillhall.kernel.db.tx import Read, Tx
from skillhall.notifications.queries import deliveries, inbox
from skillhall.notifications.queries import preferences as chosen
from skillhall.notifications.store import deliveries as sent
from skillhall.notifications.store import notices, preferences
from skillhall.notifications.store.inbox import lock_inboxes, remove


class NoticeData:
    """Fills identity's `PersonalData`."""

    name = "notifications"

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return what the person was told, by which channels, and how they like to be told."""
        return {
            "notifications": await inbox.everything(read, account_id),
            "preferences": await chosen.everything(read, account_id),
            **await deliveries.own(read, account_id),
        }

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:  # noqa: ARG002 - no name is kept
        """Delete all of it; names of the person in what others were told go with those notices' 30 days."""
        await lock_inboxes(tx, [account_id])
        if not await sent.forget(tx, account_id, limit) or await notices.forget(tx, account_id, limit) == limit:
            return False
        await preferences.remove(tx, account_id)
        await remove(tx, account_id)
        return True
