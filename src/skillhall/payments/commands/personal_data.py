"""What keeps an account from closing, what a person may take along, and how it is forgotten."""

from uuid import UUID

from skillhall.identity.api import Obligation
from skillhall.kernel.db.tx import Read, Tx
from skillhall.payments.store import methods, personal, refunds
from skillhall.payments.tasks import DetachMethod


class PaymentObligations:
    """Fills identity's `Obligations`."""

    async def obligations(self, read: Read, account_id: UUID) -> list[Obligation]:
        """Return payments that are being charged or wait for the payer's bank."""
        count = await personal.count_open(read, account_id)
        text = "Payments of yours are on their way: wait until they are done, or cancel them."
        return [Obligation(kind="payments.open", count=count, text=text)] if count else []


class PaymentData:
    """Fills identity's `PersonalData`."""

    name = "payments"

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return payments on either side, what went back of them, and stored methods."""
        return {
            "payments": await personal.payments_of(read, account_id),
            "refunds": await refunds.asked_by(read, account_id),
            "methods": await personal.cards_of(read, account_id),
        }

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:  # noqa: ARG002 - nothing here bears a name
        """Remove the methods, here and at their providers; what was paid stays, known by ids."""
        for method_id in await methods.methods_of(tx, account_id):
            await methods.remove(tx, await methods.method(tx, method_id, account_id))
            tx.enqueue(DetachMethod(method_id=method_id), key=str(method_id))
        await methods.forget_customers(tx, account_id)
        await refunds.forget_reasons(tx, account_id)
        return True
