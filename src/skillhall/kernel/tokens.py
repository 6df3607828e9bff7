"""Tokens: random ones that are stored as digests, derived ones, and the signed access token (JWT, HS256, wall time)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any, Final

import jwt

from skillhall.kernel.refusals import Unauthenticated

_REQUIRED: Final = ["sub", "exp", "iat", "type"]
_ACCESS: Final = "access"


class TokenInvalid(Unauthenticated):
    """The access token is not one of ours."""

    code = "http.token_invalid"
    message = "The access token is not valid; sign in again."


class TokenExpired(Unauthenticated):
    """The access token was ours, and its time is over."""

    code = "http.token_expired"
    message = "The access token has expired; refresh it or sign in again."


def fresh() -> str:
    """Return 256 random bits as 43 characters that are safe in addresses. Store its `digest`, never itself."""
    return secrets.token_urlsafe(32)


def six_digits() -> str:
    """Return a code for people to type: "000000" to "999999", from a cryptographic source."""
    return f"{secrets.randbelow(1_000_000):06d}"


def digest(text: str) -> bytes:
    """Return the SHA-256 of a token, under which it is stored and found."""
    return hashlib.sha256(text.encode()).digest()


def derive(secret: str, text: str) -> str:
    """Return the HMAC-SHA-256 of `text` as 43 characters that are safe in addresses: only a holder of `secret` can make it.

    Name the use in the text ("file:<id>:<expires>"), so that what is derived for one use is worth nothing in another.
    """
    return base64.urlsafe_b64encode(_mac(secret, text)).rstrip(b"=").decode()


def is_derived(secret: str, text: str, claimed: str) -> bool:
    """Return whether `claimed` is what `derive` makes, in constant time."""
    return hmac.compare_digest(derive(secret, text).encode(), claimed.encode())


def sign_access(secret: str, claims: Mapping[str, Any]) -> str:
    """Return the access token with these claims, which must hold `sub`, `iat` and `exp`; `type` is set here."""
    return jwt.encode({**claims, "type": _ACCESS}, _mac(secret, "access token"), algorithm="HS256")


def read_access(secret: str, token: str) -> dict[str, Any]:
    """Return the claims of an access token, or refuse: not ours (`TokenInvalid`) or too old (`TokenExpired`)."""
    try:
        claims: dict[str, Any] = jwt.decode(token, _mac(secret, "access token"), algorithms=["HS256"], options={"require": _REQUIRED})
    except jwt.ExpiredSignatureError as error:
        raise TokenExpired from error
    except jwt.InvalidTokenError as error:
        raise TokenInvalid from error
    if claims["type"] != _ACCESS:
        raise TokenInvalid
    return claims


def _mac(secret: str, text: str) -> bytes:
    return hmac.digest(secret.encode(), text.encode(), "sha256")
