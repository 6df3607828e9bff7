"""End logins: all, the current one, or another device's."""

from uuid import UUID

from skillhall.identity.commands.sign_in import end_all
from skillhall.identity.events import LoginRevoked
from skillhall.identity.model.refusals import LoginNotFound, LoginRequired
from skillhall.identity.schemas.bodies import LogOut
from skillhall.identity.schemas.views import LogoutView
from skillhall.identity.store import accounts, logins
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.shapes import Subject


async def log_out(tx: Tx, by: Actor, command: LogOut) -> LogoutView:
    """End all logins of the account, or the one that calls."""
    login_id = own_login(by)
    if command.scope == "all":
        account = await accounts.lock_account(tx, by.account_id)
        await logins.lock_logins(tx, account.id)
        ended = await end_all(tx, account, "signed_out")
    else:
        ended = int(await logins.end_login(tx, by.account_id, login_id, "signed_out"))
        tx.publish(LoginRevoked(account_id=by.account_id, login_id=login_id, why="signed_out"))
    tx.audit("identity.signed_out", Subject("account", by.account_id), after={"scope": command.scope, "ended": ended})
    return LogoutView(ended=ended)


async def end_login(tx: Tx, by: Actor, login_id: UUID) -> Deleted:
    """End one login of one's own account."""
    own_login(by)
    if not await logins.end_login(tx, by.account_id, login_id, "ended"):
        raise LoginNotFound
    tx.publish(LoginRevoked(account_id=by.account_id, login_id=login_id, why="ended"))
    tx.audit("identity.login_ended", Subject("account", by.account_id), after={"login": str(login_id)})
    return Deleted(id=login_id)


def own_login(by: Actor) -> UUID:
    """Return the login that calls; refuse an API key."""
    if by.login_id is None:
        raise LoginRequired
    return by.login_id
