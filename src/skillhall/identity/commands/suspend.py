"""Staff: suspend, ban, restore."""

from uuid import UUID

from skillhall.identity.commands.sign_in import end_all
from skillhall.identity.events import AccountBanned, AccountRestored, AccountSuspended
from skillhall.identity.model.account import Account, Change, banned, check_outranks, restored, suspended
from skillhall.identity.model.refusals import Outranked
from skillhall.identity.queries.staff import staff_account
from skillhall.identity.schemas.bodies import StaffReason, Suspend
from skillhall.identity.schemas.views import StaffAccountView
from skillhall.identity.store import accounts, logins
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Subject


async def suspend(tx: Tx, by: Actor, account_id: UUID, command: Suspend) -> StaffAccountView:
    """Suspend until a date or until restored; all its logins end. Whoever is binding it right now finishes first, nobody after."""
    if command.until is not None and command.until <= tx.now:
        raise Invalid(FieldError("until", "body", "in_the_past", "Must be in the future."))
    account = await _locked(tx, by, account_id)
    await _change(tx, account, suspended(account, command.until, command.reason), "identity.account_suspended", command.reason)
    await end_all(tx, account, "suspended")
    tx.publish(AccountSuspended(account_id=account.id))
    return await staff_account(tx, account_id)


async def ban(tx: Tx, by: Actor, account_id: UUID, command: StaffReason) -> StaffAccountView:
    """Ban for good; all its logins end."""
    account = await _locked(tx, by, account_id)
    await _change(tx, account, banned(account, command.reason), "identity.account_banned", command.reason)
    await end_all(tx, account, "banned")
    tx.publish(AccountBanned(account_id=account.id))
    return await staff_account(tx, account_id)


async def restore(tx: Tx, by: Actor, account_id: UUID, command: StaffReason) -> StaffAccountView:
    """End a suspension or a ban. What was cancelled stays cancelled."""
    account = await _locked(tx, by, account_id)
    if account.state == "banned" and by.context is None and not by.may("account.ban"):
        raise Outranked
    await _restore(tx, account, command.reason)
    return await staff_account(tx, account_id)


async def end_suspension(account_id: UUID, tx: Tx) -> None:
    """End a suspension whose date has come; nothing if staff was faster."""
    account = await accounts.lock_account(tx, account_id)
    if account.suspended_until is not None and account.suspended_until <= tx.now:
        await _restore(tx, account, "the suspension has run out")


async def _restore(tx: Tx, account: Account, reason: str) -> None:
    await _change(tx, account, restored(account), "identity.account_restored", reason)
    tx.publish(AccountRestored(account_id=account.id))


async def _locked(tx: Tx, by: Actor, account_id: UUID) -> Account:
    account = await accounts.lock_account(tx, account_id)
    check_outranks(by, account)
    await logins.lock_logins(tx, account.id)
    return account


async def _change(tx: Tx, account: Account, change: Change, action: str, reason: str) -> None:
    await accounts.set_state(tx, account.id, change)
    before = {"state": account.state, "until": account.suspended_until}
    tx.audit(action, Subject("account", account.id), before, {"state": change.state, "until": change.suspended_until}, reason)
