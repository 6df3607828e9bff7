"""Grant: the credits given once, when an address is first verified. Fills identity's `Verified`."""

from uuid import UUID

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.ledger.model.transfer import LedgerRules, Transfer, grant
from skillhall.ledger.store import post


class SignupGrant:
    """The grant; the transfer's id is derived from the account, so that it is paid once, whoever asks."""

    async def verified(self, tx: Tx, account_id: UUID, origin: str) -> None:
        """Pay it in modes that have grants; people who come by an import have their opening balance."""
        rules = tx.setting(LedgerRules)
        if origin == "import" or not rules.has_credits or rules.signup_grant == 0:
            return
        transfer_id = derived("signup", account_id)
        lines = grant(account_id, rules.signup_grant)
        await post(tx, Transfer(id=transfer_id, kind="grant", subject=Subject("account", account_id), lines=lines))
