"""Push subscriptions: what a browser hands over, and to which servers this hall is willing to call. Pure."""

import re
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64Error
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import UNSET, Meta, Struct, UnsetType

from skillhall.kernel.public_addresses import may_be_public
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, Instant, View

MOST_DEVICES: Final = 20
AUTH_BYTES: Final = 16
HERE: Final = frozenset({"127.0.0.1", "::1"})
BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]+")


class PushKeys(Body, frozen=True, kw_only=True):
    """The browser's public key and its secret, base64url."""

    p256dh: Annotated[str, Meta(min_length=80, max_length=100)]
    auth: Annotated[str, Meta(min_length=20, max_length=30)]


class Subscribe(Body, frozen=True, kw_only=True):
    """A browser's PushSubscription as its `toJSON()` gives it; `expirationTime` in milliseconds since 1970."""

    endpoint: Annotated[str, Meta(min_length=10, max_length=2000)]
    expiration_time: float | UnsetType | None = UNSET
    keys: PushKeys


class DropSubscription(Body, frozen=True, kw_only=True):
    """The endpoint of the subscription that ends."""

    endpoint: Annotated[str, Meta(min_length=10, max_length=2000)]


class PushSubscription(Struct, frozen=True, kw_only=True):
    """One browser of a member. `server_key`: the public key of the hall that it was made for."""

    id: UUID
    account_id: UUID
    endpoint: str
    p256dh: str
    auth: str
    server_key: str
    expires_at: datetime | None


class SubscriptionView(View, frozen=True, kw_only=True):
    """A browser that takes pushes."""

    id: UUID
    endpoint: str
    created_at: Instant


class DroppedView(View, frozen=True, kw_only=True):
    """How many subscriptions have ended: 0 or 1."""

    removed: int


class PushKeyView(View, frozen=True, kw_only=True):
    """The hall's VAPID public key (base64url), for `applicationServerKey`."""

    public_key: str


def check_subscription(given: Subscribe, *, may_be_here: bool) -> None:
    """Refuse what no push could be sent to, all wrong fields at once."""
    wrong: list[FieldError] = []
    if not may_call(given.endpoint, may_be_here=may_be_here):
        wrong.append(FieldError("endpoint", "body", "notifications.endpoint", "Must be an https address of a push service."))
    if not _is_point(given.keys.p256dh):
        wrong.append(FieldError("keys.p256dh", "body", "notifications.key", "Must be an uncompressed P-256 point, base64url."))
    if len(plain_bytes(given.keys.auth)) != AUTH_BYTES:
        wrong.append(FieldError("keys.auth", "body", "notifications.key", "Must be 16 bytes, base64url."))
    if wrong:
        raise Invalid(*wrong)


def may_call(url: str, *, may_be_here: bool) -> bool:
    """Return whether an endpoint may be called, as far as its text tells; what its name leads to is judged when it is called."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or parts.username or parts.password or not (url.isascii() and url.isprintable()):
        return False
    if parts.scheme == "http":
        return may_be_here and host in HERE
    return parts.scheme == "https" and may_be_public(host, may_be_here=may_be_here)


def plain_bytes(text: str) -> bytes:
    """Return what base64url text stands for, with or without padding; nothing for what is none."""
    if BASE64URL.fullmatch(text.rstrip("=")) is None:
        return b""  # the library would pass over other signs
    try:
        return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (NotBase64Error, ValueError):
        return b""


def _is_point(text: str) -> bool:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), plain_bytes(text))
    except ValueError:
        return False
    return plain_bytes(text)[:1] == b"\x04"
