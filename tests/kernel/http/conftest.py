"""The house behind a real server, and behind none for what only a configuration changes."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Mapping
from typing import Any
from uuid import UUID

import aiohttp
import msgspec
import pytest
import uvicorn
from msgspec import Struct

from skillhall.deploy.hall import Hall, open_hall
from skillhall.kernel.actor import Actor
from skillhall.kernel.config import Config
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.db.tx import Read
from skillhall.kernel.http import Verdict, endpoints_of
from skillhall.kernel.http.edge import Edge, Surroundings
from skillhall.kernel.refusals import NotFound
from tests.kernel.http import house
from tests.kernel.http.house import TokenInvalid
from tests.kernel.sample import SAMPLE
from tests.support import database
from tests.support.hall import CONFIG

MIRA, TARO = UUID(int=1), UUID(int=2)
FACE = UUID(int=7)
OTHER_FACE = UUID(int=8)


class NotYourFace(NotFound):
    """The profile is not the caller's."""

    code = "house.not_your_face"
    message = "You have no such profile."


class Names:
    """A gate that knows a few tokens by heart."""

    actors: Mapping[str, Actor] = {
        "mira": Actor(account_id=MIRA, profile_id=FACE),
        "taro": Actor(account_id=TARO),
        "staff": Actor(account_id=TARO, permissions=frozenset({"note.delete"})),
        "sk_reader": Actor(account_id=MIRA, api_key_id=UUID(int=99), scopes=frozenset({"house:read"})),
    }

    async def admit(self, read: Read, token: str) -> Actor:
        """Return whom the token names."""
        if token not in self.actors:
            raise TokenInvalid
        return self.actors[token]

    async def as_profile(self, read: Read, actor: Actor, profile_id: UUID) -> Actor:
        """Know one other profile."""
        if profile_id != OTHER_FACE:
            raise NotYourFace
        return msgspec.structs.replace(actor, profile_id=profile_id)


class Counted:
    """A strict limit of three per key."""

    def __init__(self) -> None:
        self.hits: dict[tuple[str, str], int] = {}

    async def hit(self, name: str, key: str) -> Verdict:
        """Count."""
        count = self.hits[name, key] = self.hits.get((name, key), 0) + 1
        return Verdict(allowed=count <= 3, limit=3, remaining=max(0, 3 - count), reset_seconds=60, window_seconds=900)


class Answered(Struct):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def data(self) -> Any:
        return self.json["data"]

    @property
    def error(self) -> Any:
        return self.json["error"]

    @property
    def fields(self) -> dict[str, str]:
        """The wrong fields with their codes."""
        return {detail["field"]: detail["code"] for detail in self.error["details"]}


class Site:
    """A client of the running house."""

    def __init__(self, base: str, session: aiohttp.ClientSession, hall: Hall) -> None:
        self.base, self.session, self.hall = base, session, hall
        self.observed: list[tuple[str, str, int]] = []

    async def ask(self, method: str, path: str, by: str | None = "mira", **options: Any) -> Answered:
        headers = {**options.pop("headers", {}), **({} if by is None else {"Authorization": f"Bearer {by}"})}
        async with self.session.request(method, self.base + path, headers=headers, allow_redirects=False, **options) as answer:
            return Answered(answer.status, {name.lower(): value for name, value in answer.headers.items()}, await answer.read())


def edge_of(runner: Runner, **changes: Any) -> Edge:
    """Return the house's edge with another configuration or other surroundings."""
    return Edge(endpoints_of(house), surroundings(runner, **changes))


def surroundings(runner: Runner, **changes: Any) -> Surroundings:
    """Return what the house's edge is given, with changes."""
    around: dict[str, Any] = {"config": CONFIG, "gate": Names(), "strict": Counted(), "observe": lambda *_: None, **changes}
    return Surroundings(runner=runner, **around)


async def ask_edge(edge: Edge, method: str, path: str, headers: Mapping[str, str] | None = None, client: str = "9.9.9.9") -> Answered:
    """Send one request without a body through the ASGI interface, from any peer address."""
    sent: list[Any] = []

    async def receive() -> Any:
        raise AssertionError("the body was read")

    async def send(message: Any) -> None:
        sent.append(message)

    plain, _, query = path.partition("?")
    scope = {
        "type": "http", "method": method, "path": plain, "raw_path": plain.encode(), "query_string": query.encode(), "http_version": "1.1",
        "scheme": "http", "server": ("x", 80), "client": (client, 1), "asgi": {"version": "3.0"},
        "headers": [(b"host", b"localhost"), *((name.lower().encode(), value.encode()) for name, value in (headers or {}).items())],
    }  # fmt: skip
    await edge(scope, receive, send)
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answered(sent[0]["status"], found, b"".join(message.get("body", b"") for message in sent[1:]))


@pytest.fixture(scope="session")
async def house_hall(server: str, kernel_template: str) -> AsyncGenerator[Hall]:
    """A hall for the house, on a database of its own."""
    async with database.database(server, kernel_template) as dsn, open_hall(CONFIG, dsn, (SAMPLE,)) as hall:
        yield hall


@pytest.fixture(scope="session")
async def site(house_hall: Hall) -> AsyncGenerator[Site]:
    """The house behind a real server."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen()
            made = Site(f"http://127.0.0.1:{listening.getsockname()[1]}", session, house_hall)
            edge = edge_of(
                house_hall.runner,
                observe=lambda method, route, status, _: made.observed.append((method, route, status)),
                pending=[("GET", "/api/v1/payments/:id"), ("POST", "/notes")],
                renames={("POST", "/memos"): ("POST", "/notes"), ("GET", "/memos/{id}"): ("GET", "/notes/{note_id}")},
            )
            server = uvicorn.Server(uvicorn.Config(edge, log_config=None, lifespan="on", proxy_headers=False, ws="none"))
            task = asyncio.create_task(server.serve(sockets=[listening]))
            yield made
            server.should_exit = True
            await task


def production(**changes: Any) -> Config:
    """Return a production configuration."""
    return msgspec.structs.replace(CONFIG, mode="production", **changes)
