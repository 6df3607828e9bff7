"""What identity asks about a person: whether the books let an account close, and what it may take along."""

from uuid import UUID

from skillhall.identity.api import Obligation
from skillhall.kernel.db.tx import Read, Tx
from skillhall.ledger.queries import wallets


class LedgerObligations:
    """Fills identity's `Obligations`: what is held, owed, or earned and not paid out."""

    async def obligations(self, read: Read, account_id: UUID) -> list[Obligation]:
        """Return at most one each; what is left in the wallet is lost with the account and keeps nobody."""
        balances = (await wallets.wallet(read, account_id)).balances
        found = (
            ("ledger.hold", await wallets.open_holds(read, account_id), "Credits are held for something that is not finished."),
            ("ledger.debt", sum(balance.debt.amount > 0 for balance in balances), "Something is still owed."),
            ("ledger.earnings", sum(balance.earnings.amount > 0 for balance in balances), "There are earnings left to spend or pay out."),
        )
        return [Obligation(kind=kind, count=count, text=text) for kind, count, text in found if count]


class LedgerData:
    """Fills identity's `PersonalData`. The books know a person by id alone and are never edited: there is nothing to erase."""

    name = "ledger"

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return the account's own entries, oldest first."""
        return {"entries": await wallets.entries(read, account_id)}

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:  # noqa: ARG002 - the port's shape
        """Leave everything as it is."""
        return True
