"""Hashing takes 30 ms, so it happens before the transaction; the command then checks that nothing has moved."""

from skillhall.identity.model.account import normalized
from skillhall.identity.model.code import hash_of
from skillhall.identity.model.password import Proof, check_password
from skillhall.identity.model.refusals import AccountNotFound, LinkInvalid
from skillhall.identity.schemas.bodies import ChangePassword, ResetPassword
from skillhall.identity.store import accounts, codes
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read
from skillhall.kernel.passwords import hash_password, verify_password
from skillhall.kernel.refusals import FieldError, Invalid


async def proven(read: Read, email: str, password: str) -> Proof:
    """Compare a password with the stored one of this address, in the same time when there is none."""
    email = normalized(email)
    account_id, stored = await accounts.find_password(read, email)
    is_right, upgraded = await verify_password(password, stored)
    return Proof(email=email, account_id=account_id, stored=stored, is_right=is_right, upgraded=upgraded)


async def hashed(password: str, email: str) -> str:
    """Return the hash to store, or refuse a weak password."""
    check_password(password, normalized(email))
    return await hash_password(password)


async def hashed_for_reset(read: Read, command: ResetPassword) -> tuple[bytes, str]:
    """Return the link's digest and the hash of the new password, or refuse a link that is not live."""
    link = hash_of(read.house.config.secret, "reset_password", "", command.token)
    email = await codes.find_link(read, "reset_password", link)
    if email is None:
        raise LinkInvalid
    return link, await hashed(command.password, email)


async def proven_for_change(read: Read, by: Actor, command: ChangePassword) -> tuple[Proof, str]:
    """Return what the current password comes to, and the hash of the new one. An account without a password has nothing to prove."""
    account = await accounts.account(read, by.account_id)
    if account.email is None:
        raise AccountNotFound
    stored = await accounts.password_of(read, account.id)
    if stored is not None and command.current_password is None:
        raise Invalid(FieldError("currentPassword", "body", "missing", "Give your current password."))
    new_hash = await hashed(command.new_password, account.email)
    if stored is None or command.current_password is None:
        return Proof(email=account.email, account_id=account.id, stored=None, is_right=True), new_hash
    is_right, _ = await verify_password(command.current_password, stored)
    return Proof(email=account.email, account_id=account.id, stored=stored, is_right=is_right), new_hash
