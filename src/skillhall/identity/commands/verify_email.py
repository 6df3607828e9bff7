"""Verify the address of a registered account by its mailed link."""

from skillhall.identity.commands.open_account import prove_address, tell_verified
from skillhall.identity.model.account import Account
from skillhall.identity.model.code import hash_of
from skillhall.identity.model.refusals import AlreadyVerified, LinkInvalid
from skillhall.identity.schemas.bodies import VerifyEmail
from skillhall.identity.schemas.views import UserView, user_view
from skillhall.identity.store import accounts, codes, logins
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx


async def verify_email(tx: Tx, by: Actor, command: VerifyEmail) -> UserView:  # noqa: ARG001 - a command's shape
    """Use the link up; the account becomes active, and receives what comes with it."""
    link = hash_of(tx.house.config.secret, "verify_email", "", command.token)
    email = await codes.find_link(tx, "verify_email", link)
    account = None if email is None else await accounts.lock_by_email(tx, email)
    if account is None:
        raise LinkInvalid
    await logins.lock_logins(tx, account.id)
    if not await codes.use_link(tx, "verify_email", link):
        raise LinkInvalid
    return user_view(await _verified(tx, account))


async def _verified(tx: Tx, account: Account) -> Account:
    account.may_sign_in()
    if account.email_verified:
        raise AlreadyVerified
    account = await prove_address(tx, account)
    await logins.touch_logins(tx, account.id)
    await tell_verified(tx, account)
    return account
