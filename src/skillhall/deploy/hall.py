"""The hall: one process's share of the running system, assembled from the modules: pool, house, runner, worker, timekeeper."""

import importlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from skillhall.deploy.sandbox import ClockMover
from skillhall.kernel.clock import Clock
from skillhall.kernel.config import Config
from skillhall.kernel.db.pool import Pool, open_pool
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.db.tx import House
from skillhall.kernel.migrate import Migration, find_migrations
from skillhall.kernel.module import Check, Gauge, Module
from skillhall.kernel.outside.mail import Mailer
from skillhall.kernel.outside.storage import Storage
from skillhall.kernel.verify import checks_of
from skillhall.kernel.work.advance import advance
from skillhall.kernel.work.declared import Receiver
from skillhall.kernel.work.outside import MailSender
from skillhall.kernel.work.timekeeper import Timekeeper
from skillhall.kernel.work.wake import Waker
from skillhall.kernel.work.worker import Worker


class Hall(Struct, frozen=True):
    """Everything a process needs to serve, work or answer one command."""

    config: Config
    dsn: str
    modules: tuple[Module, ...]
    pool: Pool
    runner: Runner
    worker: Worker
    timekeeper: Timekeeper

    async def advance(self, by: timedelta) -> datetime:
        """Move business time forward, working off everything on the way."""
        return await advance(self.worker, self.timekeeper, by)


def build_house(config: Config, modules: Sequence[Module]) -> House:
    """Return the house these modules make: their settings, and every port with those who fill it, lowest storey first."""
    settings: dict[type[Any], Any] = {}
    ports: dict[type[Any], tuple[Any, ...]] = {
        Check: checks_of(modules),
        Gauge: tuple(gauge for module in modules for gauge in module.gauges),
        Migration: tuple(find_migrations(modules)),
    }
    for module in sorted(modules, key=lambda module: module.storey):
        for make in module.settings:
            setting = make(config)
            settings[type(setting)] = setting
        for fills in module.ports:
            ports[fills.port] = (*ports.get(fills.port, ()), fills.by)
    return House(config=config, clock=Clock(), settings=settings, ports=ports)


@asynccontextmanager
async def open_hall(
    config: Config, dsn: str, modules: tuple[Module, ...], *, working: Sequence[Module] | None = None, mail: MailSender | None = None
) -> AsyncGenerator[Hall]:
    """Open the pool and assemble this process's hall; close the pool at the end. Nothing runs yet.

    Every process loads all modules, so that the meaning of a command never changes; `working` are those whose deliveries it runs.
    """
    pool = await open_pool(dsn, size=config.pool_size)
    try:
        house = build_house(config, modules)
        runner = Runner(pool, house)
        runner.on_news = Waker(pool, config)
        chosen = modules if working is None else working
        worker = Worker(runner, receivers_of(chosen), mail or Mailer(config, pool))
        timekeeper = Timekeeper(
            runner, [sweep for module in chosen for sweep in module.sweeps], [plan for module in chosen for plan in module.schedules], dsn
        )
        hall = Hall(config, dsn, modules, pool, runner, worker, timekeeper)
        house.ports[ClockMover] = (hall,)
        house.ports[Storage] = (Storage(config),)
        parties = [make(config, runner) for module in modules for make in module.parties]
        house.ports.update({type(party): (party,) for party in parties})
        try:
            yield hall
        finally:
            for party in parties:
                await party.close()
    finally:
        await pool.close()


def receivers_of(modules: Sequence[Module]) -> list[Receiver]:
    """Return everything of these modules that deliveries are made for."""
    return [receiver for module in modules for receiver in (*module.reactions, *module.jobs, *module.sweeps)]


def adapter(name: str) -> Any:  # noqa: ANN401 - a module
    """Load the adapter of an outside party now that it is configured: its client costs memory that others need not pay."""
    return importlib.import_module(f"skillhall.kernel.outside.{name}")
