"""A push service over TCP, and the browsers that subscribe at it: what arrives is checked as a real one would, and decrypted.

It answers what it is told to: 201, 404, 410, 429, 500 …; a message whose signature is not the subscription's key is refused with 403.
"""

import base64
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import http_ece
import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from skillhall.kernel import ids


def written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """One subscription: its keys, what has arrived, and what its service answers next."""

    def __init__(self, address: str, server_key: str) -> None:
        self.endpoint = f"{address}/send/{ids.new().hex}"
        self.server_key = server_key
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = ids.new().bytes
        self.messages: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answers: list[int] = []
        self.calls = 0

    @property
    def subscription(self) -> dict[str, Any]:
        """The PushSubscription as `toJSON()` gives it."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": {"p256dh": written(point), "auth": written(self.auth)}}


class PushService:
    """The service: `browser()` subscribes one."""

    def __init__(self) -> None:
        self.address = ""
        self.browsers: dict[str, Browser] = {}
        self.problems: list[str] = []

    def browser(self, server_key: str) -> Browser:
        found = Browser(self.address, server_key)
        self.browsers[urlsplit(found.endpoint).path] = found
        return found

    async def take(self, request: web.Request) -> web.Response:
        browser = self.browsers.get(request.path)
        if browser is None:
            return web.Response(status=404)
        browser.calls += 1
        status = browser.answers.pop(0) if browser.answers else 201
        if status != 201:
            return web.Response(status=status)
        problem = self.problem(request, browser)
        if problem:
            self.problems.append(problem)
            return web.Response(status=403, text=problem)
        plain = http_ece.decrypt(await request.read(), private_key=browser.key, auth_secret=browser.auth, version="aes128gcm")
        browser.messages.append(json.loads(plain))
        browser.headers.append({name: request.headers[name] for name in ("TTL", "Urgency", "Topic")})
        return web.Response(status=201, headers={"Location": f"{self.address}/message/{ids.new()}"})

    def problem(self, request: web.Request, browser: Browser) -> str:
        """Check VAPID (RFC 8292): who signed, for whom, until when."""
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        given = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
        if scheme.lower() != "vapid" or given.get("k") != browser.server_key:
            return "not signed with the key of the subscription"
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(given["k"]))
        try:
            claims = jwt.decode(given["t"], key, algorithms=["ES256"], audience=self.address)
        except jwt.InvalidTokenError as error:
            return repr(error)
        if not claims["sub"].startswith(("mailto:", "https:")) or claims["exp"] > time.time() + 86_400:
            return f"claims {claims}"
        if request.headers.get("Content-Encoding") != "aes128gcm" or not request.headers.get("TTL", "").isdigit():
            return "headers"
        return "" if len(request.headers.get("Topic", "")) <= 32 else "topic"


@asynccontextmanager
async def push_service() -> AsyncGenerator[PushService]:
    """Serve on a free port of this machine."""
    service = PushService()
    app = web.Application()
    app.router.add_post("/send/{id}", service.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield service
    finally:
        await runner.cleanup()
