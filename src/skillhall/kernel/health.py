"""`/health`, `/health/ready` and `/metrics`: whether this process lives, can serve, and how it does."""

import asyncio
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Final

import asyncpg
import msgspec
from msgspec import Struct

from skillhall import __version__
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.http.call import Call
from skillhall.kernel.http.endpoint import get
from skillhall.kernel.http.envelope import Raw
from skillhall.kernel.http.problem import RouteNotFound
from skillhall.kernel.migrate import Migration, MigrationError, pending
from skillhall.kernel.module import Gauge
from skillhall.kernel.telemetry import Metrics

JSON: Final = "application/json"
TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
PATIENCE_SECONDS: Final = 2.0
UNREACHABLE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


class Probe(Struct, frozen=True):
    """A party we can do without for a while (Redis, a broker): `check` raises, or returns what is wrong, or None."""

    name: str
    check: Callable[[], Awaitable[str | None]]


class Readiness(Struct, frozen=True):
    """What the load balancer learns: "ready", "degraded" (requests go on without a part) or "unavailable", and why, part by part."""

    status: str
    parts: dict[str, str]


@get("/health", prefix=False, public=True, bare=True, media=JSON)
async def health() -> Raw:
    """Say that this process lives."""
    return Raw(msgspec.json.encode({"status": "ok", "version": __version__}), JSON)


@get("/health/ready", prefix=False, public=True, bare=True, media=JSON)
async def ready(call: Call) -> Raw:
    """Say whether this process can serve.

    200 "ready"; 200 "degraded" when a configured Redis or broker is absent; 503 "unavailable" when the database is,
    or its schema is behind.
    """
    found = await readiness(call.runner)
    return Raw(msgspec.json.encode(found), JSON, status=503 if found.status == "unavailable" else 200)


@get("/metrics", prefix=False, public=True, bare=True, media=TEXT)
async def metrics(call: Call) -> Raw:
    """Give the figures to Prometheus, which must ask from a private network: they are the operator's business."""
    if not _is_private(call.address):
        raise RouteNotFound
    runner = call.runner
    (kept,) = runner.house.ports[Metrics]
    kept.sample(runner.pool)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            text = await kept.exposition(await runner.read(), runner.house.ports.get(Gauge, ()))
    except UNREACHABLE:
        text = await kept.exposition(None, ())
    return Raw(text, TEXT)


async def readiness(runner: Runner) -> Readiness:
    """Ask the database and every probe, all at once and each with little patience."""
    probes: tuple[Probe, ...] = runner.house.ports.get(Probe, ())
    database, *others = await asyncio.gather(_database(runner), *(_asked(probe) for probe in probes))
    parts = {"database": database, **{probe.name: said for probe, said in zip(probes, others, strict=True)}}
    is_degraded = any(said != "ok" for said in others)
    return Readiness("unavailable" if database != "ok" else "degraded" if is_degraded else "ready", parts)


async def _database(runner: Runner) -> str:
    migrations: tuple[Migration, ...] = runner.house.ports.get(Migration, ())
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), runner.pool.acquire() as connection:
            waiting = await pending(connection, migrations)  # pyright: ignore[reportArgumentType] - asyncpg's proxy of a connection
    except MigrationError as error:
        return str(error)
    except UNREACHABLE:
        return "absent"
    return f"{len(waiting)} migrations have not run" if waiting else "ok"


async def _asked(probe: Probe) -> str:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await probe.check() or "ok"
    except Exception:  # noqa: BLE001 - whatever it is, the part does not answer; details are for the log of that part
        return "absent"


def _is_private(address: str) -> bool:
    try:
        return ip_address(address.split("%", 1)[0]).is_private
    except ValueError:
        return False
