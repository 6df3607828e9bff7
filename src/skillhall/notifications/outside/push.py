"""Push services of browsers: payloads encrypted for one browser (RFC 8291), signed as this hall's (VAPID, RFC 8292).

The signing key is derived from the hall's secret: the same in all processes, nothing to keep. The addresses are given by members:
only servers on the internet are called, and the connection goes to the very address that was judged.
"""

import time
from base64 import urlsafe_b64encode
from email.utils import parseaddr
from functools import cached_property
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import aiohttp
import py_vapid  # pyright: ignore[reportMissingTypeStubs] - it has none
import pywebpush  # pyright: ignore[reportMissingTypeStubs] - it has none
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct

from skillhall.kernel.config import Config
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.outside.resolver import is_not_public, public_connector
from skillhall.notifications.model.compose import Pushed
from skillhall.notifications.model.push import PushSubscription, may_call

ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of P-256: a private key is a number from 1 to one less."""
KEY_BYTES: Final = 48
SIGNED_SECONDS: Final = 12 * 3600
RENEWED_SECONDS: Final = 3600
TIMEOUT_SECONDS: Final = 20
MOST_SIGNED: Final = 100
OK, REDIRECT, NOT_FOUND, GONE, TOO_LARGE, TOO_MANY, SERVER_ERROR = 200, 300, 404, 410, 413, 429, 500


class PushAnswer(Struct, frozen=True):
    """What a push service made of a message: it has it, the browser is gone, try again, or it will never take it."""

    kind: Literal["taken", "gone", "busy", "refused"]
    reason: str = ""


class Pushes:
    """Sends to the push services; its connections open with the first message and `close` ends them."""

    def __init__(self, config: Config, _runner: Runner | None = None) -> None:
        """Open nothing yet."""
        self._config = config
        self._session: aiohttp.ClientSession | None = None
        self._signed: dict[str, tuple[float, dict[str, str]]] = {}

    @cached_property
    def public_key(self) -> str:
        """What a browser needs to subscribe: the uncompressed point, base64url."""
        raw = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return urlsafe_b64encode(raw).rstrip(b"=").decode()

    async def send(self, device: PushSubscription, pushed: Pushed) -> PushAnswer:
        """Hand one message to the push service of one browser."""
        if device.server_key != self.public_key:
            return PushAnswer("gone", "another_key")
        if not may_call(device.endpoint, may_be_here=self._config.is_sandbox):
            return PushAnswer("gone", "private_address")
        try:
            body, headers = self._message(device, pushed)
            async with self._calls().post(device.endpoint, data=body, headers=headers, allow_redirects=False) as answer:
                return _judged(answer.status)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _failed(error)

    async def close(self) -> None:
        """End what is open."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @cached_property
    def _key(self) -> ec.EllipticCurvePrivateKey:
        raw = HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=b"skillhall web push").derive(self._config.secret.encode())
        return ec.derive_private_key(int.from_bytes(raw, "big") % (ORDER - 1) + 1, ec.SECP256R1())

    def _message(self, device: PushSubscription, pushed: Pushed) -> tuple[bytes, dict[str, str]]:
        """Return body and headers, or raise `ValueError` for a browser whose keys say nothing; what is wrong with ours is another error."""
        info: Any = {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}}
        encoded: Any = pywebpush.WebPusher(info).encode(pushed.payload)
        return encoded["body"], {
            **self._signature(device.endpoint),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(pushed.ttl),
            "Urgency": pushed.urgency,
            "Topic": pushed.topic,
        }

    def _signature(self, endpoint: str) -> dict[str, str]:
        """Return the headers that say who sends; one signature serves all browsers of a service for an hour."""
        parts = urlsplit(endpoint)
        audience = f"{parts.scheme}://{parts.netloc}"
        made, headers = self._signed.get(audience, (0.0, {}))
        now = time.time()
        if now - made > RENEWED_SECONDS:
            contact = self._config.push_contact or f"mailto:{parseaddr(self._config.mail_from)[1]}"
            vapid: Any = py_vapid.Vapid02(private_key=self._key)
            headers = dict(vapid.sign({"aud": audience, "sub": contact, "exp": int(now) + SIGNED_SECONDS}))
            if len(self._signed) >= MOST_SIGNED:
                self._signed.clear()
            self._signed[audience] = (now, headers)
        return headers

    def _calls(self) -> "aiohttp.ClientSession":
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=public_connector(may_be_here=self._config.is_sandbox, limit_per_host=8),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._session


def _judged(status: int) -> PushAnswer:
    if OK <= status < REDIRECT:
        return PushAnswer("taken")
    if status in (NOT_FOUND, GONE):
        return PushAnswer("gone", f"http_{status}")
    return PushAnswer("busy" if status == TOO_MANY or status >= SERVER_ERROR else "refused", f"http_{status}")


def _failed(error: Exception) -> PushAnswer:
    if is_not_public(error):
        return PushAnswer("gone", "private_address")
    if isinstance(error, ValueError) and not isinstance(error, OSError):  # a certificate that does not fit is both, and may be mended
        return PushAnswer("gone", "not_valid")
    return PushAnswer("busy", type(error).__name__)
