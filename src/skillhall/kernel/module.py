"""What a context declares about itself in its `module.py`; `deploy` assembles the house from these."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from msgspec import Struct

from skillhall.kernel.config import Config
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.db.statement import Statement
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.events import Event
from skillhall.kernel.http.endpoint import Endpoint
from skillhall.kernel.work.declared import Job, OutsideJob, Reaction, Schedule, Sweep

__all__ = ["Check", "Fills", "Gauge", "Job", "Module", "OutsideJob", "Reaction", "Schedule", "Sweep"]


class Check(Struct, frozen=True, kw_only=True):
    """A proof about stored rows: `violations` selects the rows that break it; none may exist. `verify` runs all of them."""

    name: str
    violations: Statement


class Fills(Struct, frozen=True, kw_only=True):
    """A port a lower context declared, and the object that answers it."""

    port: type[Any]
    by: object


class Gauge(Struct, frozen=True, kw_only=True):
    """A business figure for `/metrics`: `value` selects one number, or (label, number) rows."""

    name: str
    help: str
    value: Statement


class Party(Protocol):
    """What a process reaches outside parties by."""

    async def close(self) -> None:
        """End what it keeps open."""
        ...


class Module(Struct, frozen=True, kw_only=True):
    """One context on one screen. `seeds` write the data every hall starts with; they run after each migration and change nothing twice.

    `parties` make what a process reaches outside parties by; each is found under its own class as a port, and closed with the process.
    """

    name: str
    storey: int
    endpoints: tuple[Endpoint, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    jobs: tuple[Job | OutsideJob, ...] = ()
    sweeps: tuple[Sweep, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    ports: tuple[Fills, ...] = ()
    checks: tuple[Check, ...] = ()
    gauges: tuple[Gauge, ...] = ()
    settings: tuple[Callable[[Config], Struct], ...] = ()
    events: tuple[type[Event], ...] = ()
    parties: tuple[Callable[[Config, Runner], Party], ...] = ()
    seeds: tuple[Callable[[Tx], Awaitable[None]], ...] = ()
