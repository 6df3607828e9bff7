"""Exchange a refresh token for the next pair."""

import msgspec

from skillhall.identity.events import LoginRevoked
from skillhall.identity.model.account import IdentityRules
from skillhall.identity.model.login import Use, access_token, login_of, next_refresh, use_of
from skillhall.identity.model.refusals import LoginNotFound, TokenReused, WrongToken
from skillhall.identity.schemas.views import TokensView
from skillhall.identity.store import accounts, logins
from skillhall.kernel import tokens
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject


async def refresh(tx: Tx, by: Actor, token: str) -> TokensView:  # noqa: ARG001 - a command's shape
    """Rotate the login's token. Within the grace the replaced token answers the same pair; later, or an older one, ends the login."""
    rules, secret = tx.setting(IdentityRules), tx.house.config.secret
    try:
        login = await logins.lock_login(tx, login_of(secret, token))
    except LoginNotFound as error:
        raise WrongToken from error
    use = use_of(login, token, tx.wall, rules)
    if use is Use.REUSE:
        await logins.end_login(tx, login.account_id, login.id, "token_reused")
        tx.publish(LoginRevoked(account_id=login.account_id, login_id=login.id, why="token_reused"))
        tx.audit("identity.token_reused", Subject("account", login.account_id), after={"login": str(login.id)})
        raise TokenReused
    account = await accounts.account(tx, login.account_id)
    account.may_sign_in()
    successor = next_refresh(secret, token)
    if use is Use.ROTATE:
        await logins.rotate(tx, login.id, tokens.digest(successor))
        login = msgspec.structs.replace(login, rotated_at=tx.wall)
    return TokensView(
        access_token=access_token(secret, account, login, login.rotated_at, rules.access_life),
        refresh_token=successor,
        expires_in=int(rules.access_life.total_seconds()),
    )
