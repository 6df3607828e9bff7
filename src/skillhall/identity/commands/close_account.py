"""Close an account; after 30 days without a return, erase it from every context."""

from datetime import timedelta
from uuid import UUID

import msgspec

from skillhall.identity.commands.log_out import own_login
from skillhall.identity.commands.sign_in import end_all
from skillhall.identity.events import AccountClosing, AccountErased
from skillhall.identity.model.account import Account, IdentityRules, check_closable, closing, is_erasable, pseudonym_of
from skillhall.identity.model.refusals import ObligationsOpen
from skillhall.identity.ports import Obligations, PersonalData
from skillhall.identity.schemas.views import ClosingView
from skillhall.identity.store import accounts, codes, exports, logins
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject, instant


async def close_account(tx: Tx, by: Actor) -> ClosingView:
    """Close one's own account unless something is open; all its logins end. Signing in within the 30 days returns it."""
    own_login(by)
    account = await accounts.lock_account(tx, by.account_id)
    check_closable(account)
    erase_at = tx.now + timedelta(days=tx.setting(IdentityRules).closing_days)
    change = closing(account, erase_at)
    await logins.lock_logins(tx, account.id)
    obligations = [one for port in tx.ports(Obligations) for one in await port.obligations(tx, account.id)]
    if obligations:
        raise ObligationsOpen(obligations=msgspec.to_builtins(obligations))
    await accounts.set_state(tx, account.id, change)
    await end_all(tx, account, "closed")
    tx.publish(AccountClosing(account_id=account.id))
    tx.audit("identity.account_closing", Subject("account", account.id), {"state": account.state}, {"state": "closing"})
    return ClosingView(id=account.id, state="closing", erase_at=instant(erase_at))


async def erase_account(account_id: UUID, tx: Tx) -> None:
    """Erase an account whose time has come: its own rows first; then a batch of one context in each further transaction.

    Two at once: the second one finds the first step done, and leaves it at that.
    """
    account = await accounts.account(tx, account_id)
    if account.state == "closing":
        await _erase_own(tx, await accounts.lock_account(tx, account_id))
        return
    erased_by = await accounts.find_erased_by(tx, account_id)
    if erased_by is None:
        return
    left = [port for port in tx.ports(PersonalData) if port.name not in erased_by]
    if left:
        if await left[0].erase(tx, account_id, pseudonym_of(account_id), tx.setting(IdentityRules).erase_batch):
            await accounts.note_erased(tx, account_id, left[0].name)
    elif await accounts.end_erasure(tx, account_id):
        tx.publish(AccountErased(account_id=account_id))
        tx.audit("identity.account_erased", Subject("account", account_id))


async def _erase_own(tx: Tx, account: Account) -> None:
    if not is_erasable(account, tx.now):
        return
    await logins.lock_logins(tx, account.id)
    if account.email is not None:
        await codes.forget_address(tx, account.id, account.email)
    await accounts.scrub(tx, account.id, pseudonym_of(account.id))
    await logins.forget_logins(tx, account.id)
    await exports.forget_exports(tx, account.id)
    tx.audit("identity.account_erasing", Subject("account", account.id))
