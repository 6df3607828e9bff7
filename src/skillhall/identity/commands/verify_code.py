"""Sign in by the mailed code; the first time it makes the account."""

from skillhall.identity.commands.open_account import Opening, open_account
from skillhall.identity.commands.sign_in import sign_in
from skillhall.identity.model.account import normalized
from skillhall.identity.model.code import hash_of
from skillhall.identity.model.refusals import WrongCode
from skillhall.identity.schemas.bodies import VerifyCode
from skillhall.identity.schemas.views import SignedInView
from skillhall.identity.store import accounts, codes, logins
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx


async def verify_code(tx: Tx, by: Actor, command: VerifyCode, device: str) -> SignedInView:  # noqa: ARG001 - a command's shape
    """Use the address's newest code up and open a login; a wrong try stays counted. Of any number at once, one succeeds."""
    email = normalized(command.email)
    account = await accounts.lock_by_email(tx, email)
    if account is not None and not account.email_verified:
        await logins.lock_logins(tx, account.id)
    if not await codes.try_code(tx, email, hash_of(tx.house.config.secret, "sign_in", email, command.code)):
        raise WrongCode
    is_new = account is None
    if account is None:
        account = await open_account(tx, Opening(email=email, origin="code"))
    return await sign_in(tx, account, "code", device, is_new=is_new, proves_address=True)
