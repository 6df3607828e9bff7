"""Logs and metrics: one JSON line per happening on stderr, figures for Prometheus.

With several workers per machine prometheus-client's multiprocess mode sums them: whoever starts the workers sets
`PROMETHEUS_MULTIPROC_DIR` to an empty folder for them and passes it as `shared`; without it each process answers for itself.
"""

import json
import logging
import sys
import time
from collections.abc import Callable, Iterable, MutableMapping
from pathlib import Path
from typing import Any, Final, TextIO

import asyncpg
import msgspec
import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest, multiprocess
from prometheus_client import Gauge as Figure
from prometheus_client.metrics_core import GaugeMetricFamily
from structlog.typing import EventDict, Processor, WrappedLogger

from skillhall.kernel.config import Config
from skillhall.kernel.db.pool import Pool
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.module import Gauge

log = structlog.get_logger("skillhall.telemetry")
SECRETS: Final = frozenset({"password", "secret", "token", "access_token", "refresh_token", "authorization", "cookie", "otp"})
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
CACHE_SECONDS: Final = 5.0
PROCESS_FIGURES: Final = frozenset({"process_resident_memory_bytes", "process_cpu_seconds", "process_open_fds"})

OUTBOX_AGE = sql("""
SELECT coalesce(extract(epoch FROM now() - min(recorded_at)), 0)::float8 FROM kernel.delivery
WHERE state = 'waiting' AND event_position IS NOT NULL
""")
WAITING = sql("SELECT receiver, count(*) FROM kernel.delivery WHERE state = 'waiting' AND due_at <= $1 GROUP BY receiver")
DEAD = sql("SELECT receiver, count(*) FROM kernel.delivery WHERE state = 'dead' GROUP BY receiver")


class NamedLogger(structlog.WriteLogger):
    """Writes whole lines, and knows its name."""

    def __init__(self, stream: TextIO, name: str) -> None:
        """Write to `stream`."""
        super().__init__(stream)
        self.name = name


def configure_logging(config: Config, stream: TextIO = sys.stderr) -> None:
    """Send our own lines and those of libraries to `stream` in one shape: JSON, or text for people.

    Context variables bound by the edge and the worker (`request_id`, `receiver`) are on every line.
    """
    level = getattr(logging, config.log_level.upper())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _without_secrets,
    ]
    final: list[Processor] = (
        [structlog.processors.format_exc_info, _as_json]
        if config.log_format == "json"
        else [structlog.dev.ConsoleRenderer(colors=stream.isatty(), timestamp_key="at", exception_formatter=structlog.dev.plain_traceback)]
    )
    structlog.configure(
        processors=[*shared, _with_name, *final],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *names: NamedLogger(stream, str(names[0]) if names else "skillhall"),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    foreign: list[Processor] = [structlog.stdlib.add_logger_name, *shared]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=foreign, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *final]
        )
    )
    logging.basicConfig(level=max(level, logging.INFO), handlers=[handler], force=True)
    for name in ("aio_pika", "aiormq"):  # they repeat each failure of a broker that the relay already reports
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _with_name(logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event["logger"] = getattr(logger, "name", "skillhall")
    return event


def _without_secrets(_logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in SECRETS.intersection(event):
        event[key] = "***"
    return event


def _as_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    try:
        return msgspec.json.encode(event, enc_hook=str).decode()
    except (TypeError, ValueError):
        return json.dumps({str(key): repr(value) for key, value in event.items()})


class Metrics:
    """The figures of one process."""

    def __init__(self, shared: Path | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin at nothing; `shared` is the folder of the multiprocess mode."""
        self._shared = shared
        self._clock = clock
        self._own = own = CollectorRegistry()
        names = ("method", "route")
        self._seconds = Histogram("skillhall_request_seconds", "Time to answer", names, buckets=BUCKETS, registry=own)
        self._requests = Counter("skillhall_requests", "Requests answered", (*names, "status"), registry=own)
        self._pool = Figure("skillhall_pool_connections", "Database connections", ("state",), registry=own, multiprocess_mode="livesum")
        self._process = Figure("skillhall_process", "This process, or all workers", ("figure",), registry=own, multiprocess_mode="livesum")
        self.live_events = Counter("skillhall_live_events", "Events for live clients", ("outcome",), registry=own)
        self.live_clients = Figure("skillhall_live_clients", "Connected live clients", registry=own, multiprocess_mode="livesum")
        self._collector = ProcessCollector(registry=None)  # pyright: ignore[reportArgumentType] - documented to take none
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._kept: tuple[float, list[GaugeMetricFamily]] | None = None

    def observe_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request under its route template, never under its path."""
        key = (method, route, status)
        found = self._children.get(key)
        if found is None:
            found = self._requests.labels(method, route, status), self._seconds.labels(method, route)
            self._children[key] = found
        found[0].inc()
        found[1].observe(seconds)

    def sample(self, pool: Pool) -> None:
        """Note how the pool and the process stand; each process does so every few seconds, for all scrapes."""
        idle = pool.get_idle_size()
        self._pool.labels("idle").set(idle)
        self._pool.labels("busy").set(pool.get_size() - idle)
        self._pool.labels("limit").set(pool.get_max_size())
        for family in self._collector.collect():
            if family.name in PROCESS_FIGURES and family.samples:
                self._process.labels(family.name.removeprefix("process_")).set(family.samples[0].value)

    async def exposition(self, read: Read | None, gauges: Iterable[Gauge]) -> bytes:
        """Return everything in Prometheus' text format; `read` is None while the database is away, and its figures are missing then."""
        figures = [] if read is None else await self._figures(read, gauges)
        registry = CollectorRegistry()
        if self._shared is not None:
            multiprocess.MultiProcessCollector(registry, str(self._shared))  # pyright: ignore[reportUnknownMemberType]
        registry.register(_Families(figures))  # pyright: ignore[reportArgumentType] - has the one method that is called
        own = b"" if self._shared is not None else generate_latest(self._own)
        return own + generate_latest(registry)

    async def _figures(self, read: Read, gauges: Iterable[Gauge]) -> list[GaugeMetricFamily]:
        if self._kept is not None and self._clock() - self._kept[0] < CACHE_SECONDS:
            return self._kept[1]
        age = GaugeMetricFamily("skillhall_outbox_age_seconds", "Age of the oldest event not yet delivered", await read.value(OUTBOX_AGE))
        families = [age]
        for name, about, statement, args in (
            ("skillhall_jobs_waiting", "Deliveries and jobs that are due and wait", WAITING, (read.now,)),
            ("skillhall_jobs_dead", "Deliveries and jobs that were given up", DEAD, ()),
        ):
            rows = await read.rows(statement, *args)
            families.append(_family(name, about, "receiver", [tuple(row) for row in rows]))
        for gauge in gauges:
            try:
                rows = [tuple(row) for row in await read.rows(gauge.value)]
            except asyncpg.PostgresError:
                log.exception("gauge_failed", gauge=gauge.name)
                continue
            families.append(_family(gauge.name, gauge.help, "kind", rows))
        self._kept = (self._clock(), families)
        return families


class _Families:
    """A collector of figures that are already there."""

    def __init__(self, families: list[GaugeMetricFamily]) -> None:
        self._families = families

    def collect(self) -> list[GaugeMetricFamily]:
        return self._families


def _family(name: str, about: str, label: str, rows: list[tuple[Any, ...]]) -> GaugeMetricFamily:
    """One number, or one per label."""
    if len(rows) == 1 and len(rows[0]) == 1:
        return GaugeMetricFamily(name, about, value=float(rows[0][0] or 0))
    family = GaugeMetricFamily(name, about, labels=[label])
    for key, value in rows:
        family.add_metric([str(key)], float(value))
    return family
