"""Cookie mode (`X-Auth-Mode: cookie`): the refresh token lives in a cookie that scripts cannot read, and nothing else does."""

import re
from typing import Final, TypeVar

import msgspec

from skillhall.identity.model.account import IdentityRules
from skillhall.identity.model.refusals import WrongOrigin, WrongToken
from skillhall.identity.schemas.bodies import Refresh
from skillhall.identity.schemas.views import TokensView
from skillhall.kernel.http import Call

V = TypeVar("V", bound=TokensView)
NAME: Final = "skillhall_refresh"
PATH: Final = "/api"
LOCAL: Final = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?")


def is_cookie_mode(call: Call) -> bool:
    """Whether the client keeps its refresh token in the cookie."""
    return (call.header("x-auth-mode") or "").strip().lower() == "cookie"


def handed_over(call: Call, view: V) -> V:
    """Move the refresh token from the answer to the cookie, in cookie mode."""
    if not is_cookie_mode(call) or view.refresh_token is None:
        return view
    life = call.read.setting(IdentityRules).refresh_life
    call.set_cookie(NAME, view.refresh_token, path=PATH, max_age=int(life.total_seconds()))
    return msgspec.structs.replace(view, refresh_token=None)


def given_token(call: Call, data: Refresh) -> str:
    """Return the refresh token: from the body, or in cookie mode from the cookie, which only pages of allowed origins may use."""
    if data.refresh_token is not None:
        return data.refresh_token
    token = call.cookie(NAME) if is_cookie_mode(call) else None
    if token is None:
        raise WrongToken
    _check_origin(call)
    return token


def forget(call: Call) -> None:
    """Remove the cookie, in cookie mode."""
    if is_cookie_mode(call):
        call.set_cookie(NAME, "", path=PATH, max_age=0)


def _check_origin(call: Call) -> None:
    config, origin = call.read.house.config, call.header("origin") or ""
    if origin not in config.web_origins and not (config.is_sandbox and LOCAL.fullmatch(origin)):
        raise WrongOrigin
