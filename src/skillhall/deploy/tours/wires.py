"""What listens while a story is played: Socket.IO connections, an event stream, a browser that takes pushes."""

import asyncio
import importlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
import http_ece  # pyright: ignore[reportMissingTypeStubs] - it has none
import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from skillhall.deploy.tours.stage import JSON, Person, Stage, TourError
from skillhall.kernel import ids

WITHIN_SECONDS: Final = 30
OK, CREATED, FORBIDDEN = 200, 201, 403
SERVICE: Final = "/push"


class Live:
    """What has come over one connection."""

    def __init__(self, stage: Stage, name: str) -> None:
        """Begin with nothing heard."""
        self.stage = stage
        self.name = name
        self.events: list[tuple[str, JSON]] = []

    async def until(self, event: str, **like: object) -> JSON:
        """Wait for an event that holds these values; return all it holds."""

        async def look() -> JSON | None:
            return next((data for data in self.heard(event) if all(data.get(name) == value for name, value in like.items())), None)

        return await self.stage.soon(f"{event} at {self.name}", look)

    def heard(self, event: str) -> list[JSON]:
        """Return what came under this name."""
        return [data for name, data in self.events if name == event]

    def forget(self) -> None:
        """Forget what has come."""
        self.events.clear()


class Socket(Live):
    """A Socket.IO connection."""

    def __init__(self, stage: Stage, name: str) -> None:
        """Load the client, which takes a second that no other story waits for."""
        super().__init__(stage, name)
        self._library: Any = importlib.import_module("socketio")
        self._client = self._library.AsyncClient(reconnection=False, handle_sigint=False)
        self._client.on("*", self._hear)

    async def open(self, token: str) -> None:
        """Connect as whom the token says."""
        try:
            await self._client.connect(self.stage.base, auth={"token": token}, transports=["websocket"], wait_timeout=WITHIN_SECONDS)
        except self._library.exceptions.ConnectionError as error:
            raise TourError(f"{self.name} was not connected: {error}") from error

    async def close(self) -> None:
        """Disconnect."""
        await self._client.disconnect()

    async def say(self, event: str, **data: object) -> JSON:
        """Send an event; return its acknowledgment."""
        answer = await self._call(event, data)
        if "error" in answer:
            raise TourError(f"{self.name}: {event} was answered {answer['error']}")
        return answer

    async def refused(self, event: str, **data: object) -> str:
        """Send an event that must be refused; return why it is."""
        answer = await self._call(event, data)
        if "error" not in answer:
            raise TourError(f"{self.name}: {event} was not refused: {answer}")
        return str(answer["error"]["reason"])

    async def enter(self, conversation: JSON) -> None:
        """Enter the room of a conversation."""
        await self.say("room:join", room=f"conversation:{conversation['id']}")

    async def _call(self, event: str, data: JSON) -> JSON:
        try:
            return await self._client.call(event, data, timeout=WITHIN_SECONDS)
        except self._library.exceptions.SocketIOError as error:
            raise TourError(f"{self.name}: {event} was not answered: {error!r}") from error

    async def _hear(self, event: str, *given: JSON) -> None:
        self.events.append((event, given[0] if given else {}))


class Stream(Live):
    """An event stream; `last` is the number of the last event that had one."""

    last = 0

    async def read(self, lines: aiohttp.StreamReader) -> None:
        """Sort what comes, until the end."""
        event = ""
        async for line in lines:
            field, _, value = line.decode().rstrip("\n").partition(": ")
            if field == "id":
                self.last = int(value)
            elif field == "event":
                event = value
            elif field == "data":
                self.events.append((event, json.loads(value)))


class Browser:
    """A browser that has subscribed, and the push service its maker runs: takes what the hall has signed for it, and decrypts it."""

    def __init__(self, server_key: str) -> None:
        """Make the keys of a subscription."""
        self.address = ""
        self.messages: list[JSON] = []
        self.refused = 0
        self._server_key = server_key
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = ids.new().bytes

    @property
    def subscription(self) -> JSON:
        """The subscription as a browser's `toJSON()` gives it."""
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.address + SERVICE, "expirationTime": None, "keys": {"p256dh": _text(point), "auth": _text(self._secret)}}

    async def take(self, request: web.Request) -> web.Response:
        """Take a push, unless its signature (RFC 8292) or its encryption (RFC 8291) is not for this browser."""
        try:
            self._check(request.headers["Authorization"])
            library: Any = http_ece
            plain = library.decrypt(await request.read(), private_key=self._key, auth_secret=self._secret, version="aes128gcm")
        except (KeyError, ValueError, jwt.InvalidTokenError, http_ece.ECEException):
            self.refused += 1
            return web.Response(status=FORBIDDEN)
        self.messages.append(json.loads(plain))
        return web.Response(status=CREATED)

    async def first(self, stage: Stage) -> JSON:
        """Wait for the first push."""

        async def look() -> JSON | None:
            return next(iter(self.messages), None)

        return await stage.soon("a push", look)

    def _check(self, authorization: str) -> None:
        given = dict(part.strip().split("=", 1) for part in authorization.removeprefix("vapid ").split(","))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _raw(self._server_key))
        jwt.decode(given["t"], key, algorithms=["ES256"], audience=self.address)


@asynccontextmanager
async def socket(person: Person, device: str) -> AsyncGenerator[Socket]:
    """Connect a device of somebody."""
    opened = Socket(person.stage, f"{person.name}'s {device}")
    await opened.open(person.token)
    try:
        yield opened
    finally:
        await opened.close()


@asynccontextmanager
async def stream(person: Person, *, after: int | None = None) -> AsyncGenerator[Stream]:
    """Open a stream with a ticket, as a page does that can send no header; `after` is the last number it has."""
    stage = person.stage
    query = {"ticket": (await person.ask("POST", "/api/v1/stream/tickets"))["ticket"]}
    if after is not None:
        query["lastEventId"] = str(after)
    endless = aiohttp.ClientTimeout(total=None)
    async with stage.session.get(f"{stage.base}/api/v1/stream", params=query, timeout=endless) as answer:
        if answer.status != OK:
            raise TourError(f"{person.name}: the stream was answered {answer.status}: {await answer.text()}")
        opened = Stream(stage, f"{person.name}'s page")
        reading = asyncio.create_task(opened.read(answer.content))
        try:
            yield opened
        finally:
            reading.cancel()
            await asyncio.wait({reading})


@asynccontextmanager
async def browser(person: Person) -> AsyncGenerator[Browser]:
    """Let a browser of somebody take pushes; its push service answers on a free port of this machine."""
    opened = Browser((await person.ask("GET", "/api/v1/notifications/push-key"))["publicKey"])
    app = web.Application()
    app.router.add_post(SERVICE, opened.take)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        opened.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        await person.ask("POST", "/api/v1/notifications/subscribe", opened.subscription)
        yield opened
        await person.ask("POST", "/api/v1/notifications/unsubscribe", {"endpoint": opened.subscription["endpoint"]})
    finally:
        await runner.cleanup()


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
