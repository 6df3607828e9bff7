"""Recording: our own application answers requests in this process, and the driver tells which statements it sends."""

import asyncio
import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from asyncpg.connection import LoggedQuery
from msgspec import Struct

from bench.scenarios import Request, Requests
from bench.server import settings
from bench.statements import SAVEPOINTS, is_background
from skillhall.deploy.app import build_app
from skillhall.deploy.hall import open_hall
from skillhall.deploy.modules import ALL
from skillhall.kernel.config import read_config
from skillhall.kernel.db.pool import Pool
from skillhall.kernel.module import Check
from skillhall.kernel.telemetry import configure_logging
from skillhall.kernel.verify import run_checks

Trace = tuple["Step", ...]
COUNTED = re.compile(r"(?<=__asyncpg_savepoint)_[0-9a-f]+(?=__)")
"""What tells a savepoint from the next one of the same connection."""


class Step(Struct, frozen=True):
    """One statement that was sent, with what our code gave for its parameters, and the same as text."""

    text: str
    given: tuple[object, ...]
    values: tuple[str | None, ...]

    @property
    def is_bracket(self) -> bool:
        """Whether it begins or ends a transaction or a part of one."""
        return self.text in {"BEGIN;", "COMMIT;"} or self.text.startswith(SAVEPOINTS)


async def record(dsn: str, secret: str, mode: str, requests: Sequence[Requests], data: Path) -> list[list[Trace]]:
    """Return what each unit of each list of requests asks of the database. The database is changed by it."""
    config = read_config({**settings(dsn, secret, mode), "SKILLHALL_POOL_SIZE": "2", "SKILLHALL_DATA": str(data)})
    configure_logging(config)
    async with open_hall(config, dsn, ALL) as hall, build_app(hall, alone=True) as app:
        recorder = Recorder(hall.pool)
        await recorder.listen()
        found: list[list[Trace]] = []
        for scenario in requests:
            traces: list[Trace] = []
            for unit in scenario:
                for request in unit:
                    await _answer(app, request)
                traces.append(await recorder.taken())
            found.append(traces)
    return found


class Recorder:
    """Hears every statement on the pool's connections."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._heard: list[LoggedQuery] = []
        self._types: dict[str, list[str]] = {}

    async def listen(self) -> None:
        """Begin to hear, on every connection the pool may have."""
        both = [await self._pool.acquire() for _ in range(2)]
        for connection in both:
            connection.add_query_logger(self._heard.append)
            await self._pool.release(connection)

    async def taken(self) -> Trace:
        """Return what was sent since the last time, without what belongs to no request."""
        await asyncio.sleep(0)
        heard = [query for query in self._heard if not is_background(query.query)]
        self._heard.clear()
        return tuple([await self._step(query) for query in heard])

    async def _step(self, query: LoggedQuery) -> Step:
        if not query.args:
            return Step(COUNTED.sub("", query.query), (), ())
        if query.query not in self._types:
            async with self._pool.acquire() as connection:
                prepared = await connection.prepare(query.query)
                self._types[query.query] = [kind.name for kind in prepared.get_parameters()]
        kinds = self._types[query.query]
        return Step(query.query, tuple(query.args), tuple(as_text(value, kind) for value, kind in zip(query.args, kinds, strict=True)))


def as_text(value: Any, kind: str) -> str | None:  # noqa: ANN401 - whatever the driver takes
    """Return a value as PostgreSQL reads it."""
    if value is None:
        return None
    if kind in {"json", "jsonb"}:
        return msgspec.json.encode(value).decode()
    if kind.endswith("[]"):
        return "{" + ",".join(_quoted(as_text(item, kind[:-2])) for item in value) + "}"
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, str | int | float | UUID | datetime | date):  # a truth value too: PostgreSQL reads "True"
        return str(value)
    raise TypeError(f"{kind}: {value!r}")


def _quoted(text: str | None) -> str:
    return "NULL" if text is None else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


async def _answer(app: Any, request: Request) -> None:  # noqa: ANN401 - an ASGI application
    path, _, query = request.path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": request.method, "scheme": "http",
        "path": f"/api/v1{path}", "raw_path": f"/api/v1{path}".encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in request.sent_headers().items()],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "state": {},
    }  # fmt: skip
    said: list[Any] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def send(message: Any) -> None:  # noqa: ANN401
        said.append(message)

    await app(scope, receive, send)
    if said[0]["status"] >= 300:
        raise AssertionError(f"{request.method} {request.path} was refused: {said[1]['body'][:1000]}")


async def verify(dsn: str, secret: str, mode: str) -> None:
    """Prove the database as `skillhall verify` does; a violation ends the run."""
    async with open_hall(read_config(settings(dsn, secret, mode)), dsn, ALL) as hall, hall.runner.snapshot() as snapshot:
        report = await run_checks(snapshot, snapshot.ports(Check))
    if not report.is_clean:
        raise AssertionError("\n".join(f"{found.check}: {found.violations}, {found.examples[:3]}" for found in report.findings))
