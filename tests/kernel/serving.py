"""The kernel's endpoints behind a real server, with a gate that takes an account's id for its token."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import aiohttp
import msgspec

from skillhall.deploy.server import web_server
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.db.tx import Read
from skillhall.kernel.http.edge import Edge, Surroundings
from skillhall.kernel.http.endpoint import Endpoint
from skillhall.kernel.outside.limits import PostgresLimits
from skillhall.kernel.telemetry import Metrics


class OpenGate:
    """Everybody is who they say."""

    async def admit(self, read: Read, token: str) -> Actor:
        return Actor(account_id=UUID(token))

    async def as_profile(self, read: Read, actor: Actor, profile_id: UUID) -> Actor:
        return actor


class Answered(msgspec.Struct):
    """Status, headers and body; `json` decodes the body, `data` is what a success holds, `reason` the code of a refusal."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def data(self) -> Any:
        return self.json["data"]

    @property
    def reason(self) -> str:
        return self.json["error"]["reason"]


class Site:
    """A running server."""

    def __init__(self, base: str, session: aiohttp.ClientSession, metrics: Metrics) -> None:
        self.base = base
        self.metrics = metrics
        self._session = session

    async def send(self, method: str, path: str, by: UUID | None = None, **options: Any) -> Answered:
        headers = {**options.pop("headers", {}), **({} if by is None else {"Authorization": f"Bearer {by}"})}
        url = path if path.startswith("http") else self.base + path
        async with self._session.request(method, url, headers=headers, **options) as answer:
            return Answered(answer.status, answer.headers, await answer.read())

    async def get(self, path: str, by: UUID | None = None, **options: Any) -> Answered:
        return await self.send("GET", path, by, **options)

    async def post(self, path: str, by: UUID | None = None, **options: Any) -> Answered:
        return await self.send("POST", path, by, **options)


@asynccontextmanager
async def serving(runner: Runner, endpoints: Sequence[Endpoint]) -> AsyncGenerator[Site]:
    """Serve these endpoints on a port of 127.0.0.1."""
    metrics = Metrics()
    runner.house.ports[Metrics] = (metrics,)
    strict = PostgresLimits(runner.pool, runner.house.clock, runner.house.config.limit_factor)
    around = Surroundings(config=runner.house.config, runner=runner, gate=OpenGate(), strict=strict, observe=metrics.observe_request)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    server = web_server(Edge(endpoints, around))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            yield Site(f"http://127.0.0.1:{listening.getsockname()[1]}", session, metrics)
    finally:
        server.should_exit = True
        await task
        listening.close()
