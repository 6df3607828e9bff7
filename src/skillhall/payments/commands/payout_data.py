"""What a person may take along of payouts, and how it is forgotten."""

from uuid import UUID

from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.files import detach
from skillhall.kernel.shapes import Subject
from skillhall.payments.queries.payout_accounts import ACCOUNT
from skillhall.payments.store import payout_data
from skillhall.payments.store.payouts import lock_earnings


class PayoutData:
    """Fills identity's `PersonalData`. What was paid stays, known by ids; what is on its way keeps an account from closing by its hold."""

    name = "payouts"

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return where the earnings go, and all payouts."""
        return {**await payout_data.everything(read, account_id)}

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:  # noqa: ARG002 - no name is kept here
        """Forget destinations, and the papers that showed who it was."""
        await lock_earnings(tx, account_id)
        await payout_data.forget_account(tx, account_id)
        await detach(tx, Subject(ACCOUNT, account_id))
        return await payout_data.forget_destinations(tx, account_id, limit) == 0
