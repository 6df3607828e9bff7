"""The ASGI application of one process: every endpoint of every module behind one edge, with limits, fan-out and metrics."""

import asyncio
import importlib
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from skillhall.deploy.aliases import RENAMES
from skillhall.deploy.documented import documented
from skillhall.deploy.event_aliases import EVENT_ALIASES
from skillhall.deploy.hall import Hall, adapter
from skillhall.deploy.socket_aliases import WIRING
from skillhall.kernel.health import Probe
from skillhall.kernel.http import Endpoint, Gate, StrictLimits
from skillhall.kernel.http.edge import App, Edge, Surroundings
from skillhall.kernel.live.client import LiveSettings
from skillhall.kernel.live.hub import Hub
from skillhall.kernel.module import Module
from skillhall.kernel.outside.fanout import Fanout, MemoryFanout, PostgresFanout
from skillhall.kernel.outside.limits import FallbackLimits, PostgresLimits
from skillhall.kernel.telemetry import Metrics

SAMPLE_SECONDS = 5
SOCKET_PATHS: Sequence[str] = ("/socket.io", "/notifications-socket")


def endpoints(modules: tuple[Module, ...]) -> tuple[Endpoint, ...]:
    """Return every endpoint of these modules."""
    return tuple(endpoint for module in modules for endpoint in module.endpoints)


@asynccontextmanager
async def build_app(
    hall: Hall, only: frozenset[str] | None = None, *, alone: bool = False, serves: bool = True, told: asyncio.Event | None = None
) -> AsyncGenerator[Edge]:
    """Yield the application; while it is open, hints are carried (in this process only when it is `alone`) and public events relayed.

    A process that `serves` has live connections too; they end when the process is `told` to, before the requests under way are waited for.
    """
    config, runner = hall.config, hall.runner
    shared = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    metrics = Metrics(Path(shared) if shared else None)
    runner.house.ports[Metrics] = (metrics,)
    limits: StrictLimits = PostgresLimits(hall.pool, runner.house.clock, config.limit_factor)
    probes: list[Probe] = []
    async with AsyncExitStack() as stack:
        if config.redis_url:
            redis = adapter("redis")
            client = redis.open_redis(config.redis_url)
            stack.push_async_callback(client.aclose)
            space = redis.namespace(config)
            limits = FallbackLimits(redis.RedisLimits(client, space, runner.house.clock, config.limit_factor), limits)
            fanout: Fanout = redis.RedisFanout(client, space)
            probes.append(Probe("redis", _answers(client.ping)))
        else:
            fanout = MemoryFanout() if alone else PostgresFanout(hall.dsn)
        runner.on_hints = fanout.publish
        background = [fanout.run(), _sample(metrics, hall)]
        if config.amqp_url:
            relay = adapter("broker").EventRelay(hall.pool, config.amqp_url, EVENT_ALIASES)
            probes.append(Probe("broker", relay.check))
            background.append(relay.run())
        runner.house.ports[Fanout] = (fanout,)
        runner.house.ports[Probe] = tuple(probes)
        mounts: dict[str, App] = {}
        if serves:
            hub = _hub(hall, fanout, metrics)
            sockets = importlib.import_module("skillhall.kernel.live.sockets").Sockets(hub, WIRING)  # only who serves pays for it
            for path in SOCKET_PATHS:
                mounts[path] = sockets
            background += [hub.run(), sockets.run()]
            if told is not None:
                background.append(_end(hub, told))
            stack.push_async_callback(hub.end)
        tasks = [asyncio.create_task(work) for work in background]
        try:
            yield Edge(endpoints(hall.modules), _surroundings(hall, limits, metrics, only, mounts))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _surroundings(hall: Hall, limits: StrictLimits, metrics: Metrics, only: frozenset[str] | None, mounts: dict[str, App]) -> Surroundings:
    return Surroundings(
        config=hall.config,
        runner=hall.runner,
        gate=hall.runner.house.ports[Gate][0],
        strict=limits,
        observe=metrics.observe_request,
        pending=[(row.method, row.path) for row in documented()],
        renames=RENAMES,
        only=only,
        mounts=mounts,
    )


def _hub(hall: Hall, fanout: Fanout, metrics: Metrics) -> Hub:
    """Return this process's hub; it is found as a port."""
    house = hall.runner.house
    gate: Gate = house.ports[Gate][0]
    settings: LiveSettings = house.settings[LiveSettings]
    hub = Hub(
        hall.runner, gate, fanout, settings, metrics.live_events, metrics.live_clients, numbered=WIRING.numbered, passing=WIRING.passing
    )
    house.ports[Hub] = (hub,)
    return hub


async def _end(hub: Hub, told: asyncio.Event) -> None:
    """Let live connections go as soon as the process is told to end: they would be waited for like requests."""
    await told.wait()
    await hub.end()


async def _sample(metrics: Metrics, hall: Hall) -> None:
    """Note every few seconds how this process stands, for whichever process is scraped."""
    while True:
        metrics.sample(hall.pool)
        await asyncio.sleep(SAMPLE_SECONDS)


def _answers(ping: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[str | None]]:
    async def check() -> str | None:
        await ping()
        return None

    return check
