"""Sign logins over to another own profile: the current one when asked, all of a profile when it goes."""

from uuid import UUID

import msgspec

from skillhall.identity.commands.log_out import own_login
from skillhall.identity.model.account import IdentityRules
from skillhall.identity.model.login import access_token
from skillhall.identity.model.refusals import WrongToken
from skillhall.identity.ports import Faces
from skillhall.identity.schemas.views import AccessView
from skillhall.identity.store import accounts, logins
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject


async def use_profile(tx: Tx, by: Actor, profile_id: UUID) -> AccessView:
    """Put the profile on the calling login and return a new access token; older ones of this login are refused within seconds."""
    rules = tx.setting(IdentityRules)
    login = await logins.lock_login(tx, own_login(by))
    if login.ended_at is not None or login.account_id != by.account_id:
        raise WrongToken
    face = await tx.port(Faces).face(tx, by.account_id, profile_id)
    login = msgspec.structs.replace(login, profile_id=face.id, revision=login.revision + 1)
    await logins.set_profile(tx, login)
    tx.audit("identity.profile_used", Subject("account", by.account_id), after={"profile": str(face.id)})
    account = await accounts.account(tx, by.account_id)
    token = access_token(tx.house.config.secret, account, login, tx.wall, rules.access_life)
    return AccessView(access_token=token, expires_in=int(rules.access_life.total_seconds()))


async def replace_profile(tx: Tx, account_id: UUID, old: UUID, new: UUID) -> None:
    """Let every login and API key of the account that acts as `old` act as `new`: called when a profile is deleted."""
    await accounts.lock_account(tx, account_id)  # a sign-in under way has read the old profile: its login is among those below
    await logins.lock_logins(tx, account_id)
    await logins.replace_profile(tx, account_id, old, new)
