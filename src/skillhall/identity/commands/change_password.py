"""Replace the password: by the person who is signed in, or by a mailed link."""

from skillhall.identity.commands.log_in import check_proof
from skillhall.identity.commands.log_out import own_login
from skillhall.identity.commands.open_account import prove_address, tell_verified
from skillhall.identity.commands.sign_in import end_all
from skillhall.identity.events import PasswordChanged
from skillhall.identity.model.account import Account
from skillhall.identity.model.password import Proof
from skillhall.identity.model.refusals import LinkInvalid
from skillhall.identity.schemas.views import AcceptedView
from skillhall.identity.store import accounts, codes, logins
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject


async def change_password(tx: Tx, by: Actor, proof: Proof, new_hash: str) -> AcceptedView:
    """Set a new password and end all other logins. Wrong current passwords count like those at sign-in."""
    login_id = own_login(by)
    account = await accounts.lock_account(tx, by.account_id)
    await logins.lock_logins(tx, account.id)
    await check_proof(tx, proof)
    await accounts.set_password(tx, account.id, new_hash)
    await end_all(tx, account, "password_changed", but=login_id)
    _say(tx, account, "change")
    return AcceptedView(message="Your password is changed, and all other devices are signed out.")


async def reset_password(tx: Tx, by: Actor, link: bytes, new_hash: str) -> AcceptedView:  # noqa: ARG001 - a command's shape
    """Set a new password by a mailed link, once, and end all logins. The link proves the address, too."""
    email = await codes.find_link(tx, "reset_password", link)
    account = None if email is None else await accounts.lock_by_email(tx, email)
    if email is None or account is None:
        raise LinkInvalid
    await logins.lock_logins(tx, account.id)
    if not await codes.use_link(tx, "reset_password", link):
        raise LinkInvalid
    account.may_sign_in()
    await codes.lock_failures(tx, email)
    await codes.set_failures(tx, email, [], None)
    await accounts.set_password(tx, account.id, new_hash)
    await end_all(tx, account, "password_changed")
    _say(tx, account, "reset")
    if not account.email_verified:
        await logins.revoke_keys(tx, account.id)  # whoever registered the address may not hold it
        await tell_verified(tx, await prove_address(tx, account))
    return AcceptedView(message="Your password is set. Sign in with it.")


def _say(tx: Tx, account: Account, how: str) -> None:
    tx.publish(PasswordChanged(account_id=account.id))
    tx.audit("identity.password_changed", Subject("account", account.id), after={"how": how})
