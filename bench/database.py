"""The database of a run: the embedded PostgreSQL in a folder of its own, writing to disk as in production, and copies of one template."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import psutil
from msgspec import Struct

from bench.machine import on
from skillhall.deploy import embedded
from skillhall.kernel.db.pool import Connection, open_connection

T = TypeVar("T")


class Database(Struct, frozen=True):
    """A running server: its maintenance database, and its first process."""

    dsn: str
    pid: int

    def named(self, name: str) -> str:
        """Return the DSN of another database."""
        return urlunsplit(urlsplit(self.dsn)._replace(path=f"/{name}"))

    def create(self, name: str, template: str = "template1") -> str:
        """Make a database, in the place of an earlier one, and return its DSN."""
        self.drop(name)
        asked(self.dsn, lambda connection: connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy'))
        return self.named(name)

    def drop(self, name: str) -> None:
        """Drop a database, if it is there."""
        asked(self.dsn, lambda connection: connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))

    @contextmanager
    def copy(self, template: str, name: str) -> Generator[str]:
        """Yield the DSN of a copy that ends with the body."""
        dsn = self.create(name, template)
        asked(dsn, lambda connection: connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements"))
        try:
            yield dsn
        finally:
            self.drop(name)


@contextmanager
def running(core: int | None) -> Generator[Database]:
    """Start PostgreSQL on one core; it and its data are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="skillhall-bench-") as folder:
        Path(folder).chmod(0o711)
        with on(core):
            server = embedded.start(Path(folder) / "postgres")
        with server:
            first: int = asked(server.dsn, lambda connection: connection.fetchval("SELECT pg_backend_pid()"), _parent)
            yield Database(server.dsn, first)


def asked(dsn: str, work: Callable[[Connection], Awaitable[T]], then: Callable[[T], T] = lambda answer: answer) -> T:
    """Run `work` on a connection of its own and return its answer, seen by `then` while the connection is open."""

    async def connected() -> T:
        connection = await open_connection(dsn, statement_timeout="0", idle_in_transaction_session_timeout="0")
        try:
            return then(await work(connection))
        finally:
            await connection.close()

    return asyncio.run(connected())


def _parent(pid: int) -> int:
    return psutil.Process(pid).ppid()
