"""Begin a login for an account that has proven who it is: what all ways to sign in end with."""

from uuid import UUID

import msgspec

from skillhall.identity.commands.open_account import drop_unproven_access, prove_address, tell_verified
from skillhall.identity.events import AccountReturned, LoginRevoked, LoginStarted
from skillhall.identity.model.account import Account, Ending, IdentityRules, Method, returned
from skillhall.identity.model.login import Login, access_token, first_refresh
from skillhall.identity.ports import Faces
from skillhall.identity.schemas.views import SignedInView, user_view
from skillhall.identity.store import accounts, logins
from skillhall.kernel import ids, tokens
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject

DEVICE_LENGTH = 200


async def sign_in(
    tx: Tx, account: Account, method: Method, device: str, *, is_new: bool = False, proves_address: bool = False
) -> SignedInView:
    """Open a login of this locked account and return its first tokens.

    A closing account returns by it. `proves_address` says that the caller holds the mailbox: a pending account becomes active (its
    logins must be locked), and whatever was set up before anybody held it is dropped.
    """
    account.may_sign_in()
    if account.state == "closing":
        account = await _come_back(tx, account)
    is_proof = proves_address and not account.email_verified
    if is_proof:
        if not is_new:
            await drop_unproven_access(tx, account)
        account = await prove_address(tx, account)
    faces = await tx.port(Faces).faces(tx, account.id)
    login, refresh = await _open_login(tx, account, faces[0].id, method, device)
    if is_proof:
        await tell_verified(tx, account)
    life = tx.setting(IdentityRules).access_life
    return SignedInView(
        access_token=access_token(tx.house.config.secret, account, login, login.rotated_at, life),
        refresh_token=refresh,
        expires_in=int(life.total_seconds()),
        user=user_view(account),
        profiles=faces,
        is_new_account=is_new,
    )


async def end_all(tx: Tx, account: Account, why: Ending, but: UUID | None = None) -> int:
    """End the account's logins, which are locked, and say so; return how many."""
    ended = await logins.end_logins(tx, account.id, why, but)
    for login_id in ended:
        tx.publish(LoginRevoked(account_id=account.id, login_id=login_id, why=why))
    return len(ended)


async def _open_login(tx: Tx, account: Account, profile_id: UUID, method: Method, device: str) -> tuple[Login, str]:
    login_id = ids.new()
    refresh = first_refresh(tx.house.config.secret, login_id)
    login = Login(
        id=login_id,
        account_id=account.id,
        profile_id=profile_id,
        method=method,
        revision=1,
        refresh_hash=tokens.digest(refresh),
        replaced_hash=None,
        rotated_at=tx.wall,
        device=device[:DEVICE_LENGTH],
        address=tx.facts.address,
        created_at=tx.wall,
        used_at=tx.wall,
        expires_at=tx.wall + tx.setting(IdentityRules).refresh_life,
        ended_at=None,
    )
    await logins.insert_login(tx, login)
    tx.publish(LoginStarted(account_id=account.id, login_id=login.id, method=method))
    tx.audit("identity.signed_in", Subject("account", account.id), after={"login": str(login.id), "method": method})
    return login, refresh


async def _come_back(tx: Tx, account: Account) -> Account:
    change = returned(account)
    await accounts.set_state(tx, account.id, change)
    tx.publish(AccountReturned(account_id=account.id))
    tx.audit("identity.account_returned", Subject("account", account.id))
    return msgspec.structs.replace(account, state=change.state, erase_at=None)
