"""Sign in with a password that was compared beforehand, and remember the wrong ones."""

from skillhall.identity.commands.sign_in import sign_in
from skillhall.identity.model.account import IdentityRules
from skillhall.identity.model.password import Proof, after_failure
from skillhall.identity.model.refusals import PasswordMoved, SignInLocked, WrongPassword
from skillhall.identity.schemas.views import SignedInView
from skillhall.identity.store import accounts, codes
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx


async def log_in(tx: Tx, by: Actor, proof: Proof, device: str) -> SignedInView:  # noqa: ARG001 - a command's shape
    """Open a login, or count the failure. However many guess at once, after five wrong ones even the right one waits."""
    if proof.account_id is None or not proof.is_right:
        await check_proof(tx, proof)
        raise WrongPassword
    account = await accounts.lock_account(tx, proof.account_id)
    await check_proof(tx, proof)
    if proof.stored is not None and proof.upgraded is not None:
        await accounts.upgrade_password(tx, account.id, proof.stored, proof.upgraded)
    return await sign_in(tx, account, "password", device)


async def check_proof(tx: Tx, proof: Proof) -> None:
    """Refuse while the address is locked, count a wrong password (the count stays), forget the wrong ones after a right one."""
    times, locked_until = await codes.lock_failures(tx, proof.email)
    if locked_until is not None and locked_until > tx.wall:
        raise SignInLocked(retry_after=int((locked_until - tx.wall).total_seconds()) + 1)
    if not proof.is_right:
        await codes.set_failures(tx, proof.email, *after_failure(times, tx.wall, tx.setting(IdentityRules)))
        raise WrongPassword
    if proof.account_id is not None and await accounts.password_of(tx, proof.account_id) != proof.stored:
        raise PasswordMoved
    if times or locked_until is not None:
        await codes.set_failures(tx, proof.email, [], None)
