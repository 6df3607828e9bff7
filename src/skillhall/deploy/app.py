"""The ASGI application of one process: every endpoint of every module behind one edge, with limits, fan-out and metrics."""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from skillhall.deploy.aliases import RENAMES
from skillhall.deploy.documented import documented
from skillhall.deploy.event_aliases import EVENT_ALIASES
from skillhall.deploy.hall import Hall, adapter
from skillhall.kernel.health import Probe
from skillhall.kernel.http import Endpoint, Gate, StrictLimits
from skillhall.kernel.http.edge import Edge, Surroundings
from skillhall.kernel.module import Module
from skillhall.kernel.outside.fanout import Fanout, MemoryFanout, PostgresFanout
from skillhall.kernel.outside.limits import FallbackLimits, PostgresLimits
from skillhall.kernel.telemetry import Metrics

SAMPLE_SECONDS = 5


def endpoints(modules: tuple[Module, ...]) -> tuple[Endpoint, ...]:
    """Return every endpoint of these modules."""
    return tuple(endpoint for module in modules for endpoint in module.endpoints)


@asynccontextmanager
async def build_app(hall: Hall, only: frozenset[str] | None = None, *, alone: bool = False) -> AsyncGenerator[Edge]:
    """Yield the application; while it is open, hints are carried (in this process only when it is `alone`) and public events relayed."""
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
        tasks = [asyncio.create_task(work) for work in background]
        try:
            yield Edge(
                endpoints(hall.modules),
                Surroundings(
                    config=config,
                    runner=runner,
                    gate=runner.house.ports[Gate][0],
                    strict=limits,
                    observe=metrics.observe_request,
                    pending=[(row.method, row.path) for row in documented()],
                    renames=RENAMES,
                    only=only,
                ),
            )
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


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
