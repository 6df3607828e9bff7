"""Fixtures: `tx` (rolled back), `hall` (a database of its own), both on real PostgreSQL."""

import asyncio
import os
import zlib
from collections.abc import AsyncGenerator, Generator

import pytest

from skillhall.deploy.hall import build_house
from skillhall.deploy.modules import ALL
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.pool import Pool, open_pool
from skillhall.kernel.db.tx import Facts, Tx
from tests.support import database, record, report
from tests.support.hall import CONFIG, TestHall, test_hall

HALLS = {"session_hall", "session_points_hall"}


def pytest_configure() -> None:
    """Keep what this run proves."""
    record.begin()
    record.watch_refusals()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """After a whole run write the documents that say what it proved, and fail for what it did not."""
    is_worker = hasattr(session.config, "workerinput")
    if is_worker or exitstatus not in {0, 1} or os.environ.get("SKILLHALL_WHOLE_RUN") != "1":
        return
    missing = report.write()
    for sentence in missing:
        print(f"\n{sentence}", end="")
    if missing:
        session.exitstatus = 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without FULL=1 leave out what is marked `full`, and tell each journey in one shape of the hall: half of them in one process.

    A test that is called by its name runs.
    """
    if os.environ.get("FULL") == "1" or any("::" in argument for argument in config.args):
        return
    left = [item for item in items if item.get_closest_marker("full") or shape_of(item) not in {None, usual_shape(item)}]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in set(left)]


def shape_of(item: pytest.Item) -> str | None:
    """Return how many processes the hall of a journey has: one or split; nothing for another test."""
    callspec = getattr(item, "callspec", None)
    return next((value for name, value in callspec.params.items() if name in HALLS), None) if callspec else None


def usual_shape(item: pytest.Item) -> str:
    """Return in which shape a journey is told in an ordinary run."""
    return ("one", "split")[zlib.crc32(item.nodeid.split("[")[0].encode()) % 2]


@pytest.fixture(scope="session")
def server() -> Generator[str]:
    """The maintenance DSN of the session's PostgreSQL."""
    with database.server() as dsn:
        yield dsn


@pytest.fixture(scope="session")
def template(server: str) -> Generator[str]:
    """The name of the migrated template database."""
    loop = asyncio.new_event_loop()
    made = database.template(server, CONFIG)
    yield loop.run_until_complete(made.__aenter__())
    loop.run_until_complete(made.__aexit__(None, None, None))
    loop.close()


@pytest.fixture(scope="session")
async def shared_pool(server: str, template: str) -> AsyncGenerator[Pool]:
    """A pool on a database whose tests all roll back."""
    async with database.database(server, template) as dsn:
        pool = await open_pool(dsn, size=4)
        yield pool
        await pool.close()


@pytest.fixture
async def tx(shared_pool: Pool) -> AsyncGenerator[Tx]:
    """One transaction of a context of our own, rolled back at the end."""
    async with shared_pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        yield Tx(connection, build_house(CONFIG, ALL), Actor.of("test", "a test"), Facts(request_id="test"))
        await transaction.rollback()


@pytest.fixture
async def database_dsn(server: str, template: str) -> AsyncGenerator[str]:
    """The DSN of a migrated database of its own."""
    async with database.database(server, template) as dsn:
        yield dsn


@pytest.fixture
async def hall(database_dsn: str) -> AsyncGenerator[TestHall]:
    """A hall of all contexts on a database of its own: for races, workers, journeys of commands."""
    async with test_hall(database_dsn) as opened:
        yield opened
