"""Logins and their tokens. A refresh token names its login, and its tag proves that this hall made it; only its digest is kept."""

import hmac
from datetime import datetime, timedelta
from enum import Enum
from typing import Final
from uuid import UUID

from msgspec import Struct

from skillhall.identity.model.account import Account, IdentityRules
from skillhall.identity.model.refusals import WrongToken
from skillhall.kernel import tokens

_TAG: Final = 22  # characters, 132 bits


class Login(Struct, frozen=True, kw_only=True):
    """One signed-in device of an account."""

    id: UUID
    account_id: UUID
    profile_id: UUID
    method: str
    revision: int
    refresh_hash: bytes
    replaced_hash: bytes | None
    rotated_at: datetime
    device: str
    address: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    ended_at: datetime | None


class Use(Enum):
    """What presenting a refresh token comes to."""

    ROTATE = "rotate"
    REPEAT = "repeat"
    REUSE = "reuse"


def use_of(login: Login, token: str, now: datetime, rules: IdentityRules) -> Use:
    """Return what a genuine token of this login comes to: it is the current one, the one just replaced, or an older one used again."""
    if login.ended_at is not None or login.expires_at <= now:
        raise WrongToken
    given = tokens.digest(token)
    if hmac.compare_digest(given, login.refresh_hash):
        return Use.ROTATE
    is_last = login.replaced_hash is not None and hmac.compare_digest(given, login.replaced_hash)
    return Use.REPEAT if is_last and now - login.rotated_at <= rules.rotation_grace else Use.REUSE


def first_refresh(secret: str, login_id: UUID) -> str:
    """Return the refresh token a new login begins with."""
    return _refresh(secret, login_id, tokens.fresh())


def next_refresh(secret: str, token: str) -> str:
    """Return the one token that follows `token`, the same for every caller."""
    return _refresh(secret, login_of(secret, token), tokens.derive(secret, f"refresh after:{token}"))


def login_of(secret: str, token: str) -> UUID:
    """Return which login a refresh token is of; refuse one that this hall never made."""
    login, _, rest = token.removeprefix("rt_").partition("_")
    body, tag = rest[:-_TAG], rest[-_TAG:]
    if not token.isascii() or not hmac.compare_digest(_tag(secret, login, body), tag):
        raise WrongToken
    return UUID(login)


def _refresh(secret: str, login_id: UUID, body: str) -> str:
    return f"rt_{login_id.hex}_{body}{_tag(secret, login_id.hex, body)}"


def _tag(secret: str, login: str, body: str) -> str:
    return tokens.derive(secret, f"refresh:{login}:{body}")[:_TAG]


def access_token(secret: str, account: Account, login: Login, at: datetime, life: timedelta) -> str:
    """Return the access token of a login, made at `at`: the same for the same login, account and time."""
    issued = int(at.timestamp())
    claims = {
        "sub": str(account.id),
        "email": account.email,
        "profileId": str(login.profile_id),
        "roles": ["user", *account.roles],
        "sid": str(login.id),
        "rev": login.revision,
        "iat": issued,
        "exp": issued + int(life.total_seconds()),
    }
    return tokens.sign_access(secret, claims)
