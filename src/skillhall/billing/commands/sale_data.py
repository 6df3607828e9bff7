"""What keeps an account from closing, what a person may take along, and how it is forgotten."""

from uuid import UUID

from skillhall.billing.store import sale_people
from skillhall.identity.api import Obligation
from skillhall.kernel.db.tx import Read, Tx


class SaleObligations:
    """Fills identity's `Obligations`."""

    async def obligations(self, read: Read, account_id: UUID) -> list[Obligation]:
        """Return the subscription that would be charged again."""
        count = await sale_people.renewing_count(read, account_id)
        text = "You have a subscription: cancel it first."
        return [Obligation(kind="billing.subscription", count=count, text=text)] if count else []


class SaleData:
    """Fills identity's `PersonalData`."""

    name = "billing"

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return purchases, subscriptions and what was used of them."""
        return await sale_people.everything(read, account_id)

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:  # noqa: ARG002 - no name is kept here
        """Forget what entitlements were used for; purchases and subscriptions stay in the books."""
        return await sale_people.forget_some(tx, account_id, limit) == 0
