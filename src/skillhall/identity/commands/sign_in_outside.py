"""The commands around an outside sign-in: leave, come back, sign in."""

from datetime import datetime
from typing import cast

from skillhall.identity.commands.open_account import Opening, open_account
from skillhall.identity.commands.sign_in import sign_in
from skillhall.identity.model.account import IdentityRules, Method, OutsidePerson, normalized
from skillhall.identity.model.refusals import ProviderRefused
from skillhall.identity.schemas.views import SignedInView
from skillhall.identity.store import accounts, codes, logins
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx


async def leave(tx: Tx, by: Actor, provider: str, state_hash: bytes, redirect_uri: str) -> datetime:  # noqa: ARG001 - a command's shape
    """Note that somebody leaves for a provider; return until when the way back is open."""
    expires_at = tx.wall + tx.setting(IdentityRules).outside_life
    await codes.begin_outside(tx, ids.new(), provider, state_hash, redirect_uri, expires_at)
    return expires_at


async def take_return(tx: Tx, by: Actor, provider: str, state_hash: bytes) -> str:  # noqa: ARG001 - a command's shape
    """Use the way back up, once; return the redirect URI it began with."""
    redirect_uri = await codes.take_outside(tx, provider, state_hash)
    if redirect_uri is None:
        raise ProviderRefused(provider=provider)
    return redirect_uri


async def sign_in_outside(tx: Tx, by: Actor, provider: str, person: OutsidePerson, device: str) -> SignedInView:  # noqa: ARG001 - a command's shape
    """Sign in the account this person is linked to, else the one of the verified address, else a new one; link it."""
    email = normalized(person.email)
    linked = await codes.find_linked(tx, provider, person.subject)
    account = await accounts.lock_by_email(tx, email) if linked is None else await accounts.lock_account(tx, linked)
    is_new = account is None
    if account is None:
        opening = Opening(email=email, origin=provider, first_name=person.first_name, last_name=person.last_name)
        account = await open_account(tx, opening)
    elif not account.email_verified:
        await logins.lock_logins(tx, account.id)
    await codes.link(tx, provider, person.subject, account.id)
    return await sign_in(tx, account, cast("Method", provider), device, is_new=is_new, proves_address=account.email == email)
