"""A PostgreSQL for tests: the embedded one in a folder of its own, or `SKILLHALL_DATABASE_URL`; databases cloned from a template."""

import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from skillhall.deploy import embedded
from skillhall.deploy.modules import ALL
from skillhall.deploy.prepare import prepare
from skillhall.kernel import ids
from skillhall.kernel.config import Config
from skillhall.kernel.db.pool import open_connection

# A lost test database costs nothing, so it need not survive a power cut; it must survive kill -9 of our processes, and does.
# In memory where there is room: making a database writes two thousand small files, which takes a slow disk a second or two each.
MEMORY, ROOM = Path("/dev/shm"), 4 * 1024**3  # noqa: S108 - a folder with a random name is made in it
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"}


@contextmanager
def server() -> Generator[str]:
    """Yield the DSN of a running server's maintenance database."""
    given = os.environ.get("SKILLHALL_DATABASE_URL")
    if given:
        yield given
        return
    in_memory = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    with tempfile.TemporaryDirectory(prefix="skillhall-test-", dir=MEMORY if in_memory else None) as folder:
        Path(folder).chmod(0o711)
        with embedded.start(Path(folder) / "pg", settings=FAST) as running:
            yield running.dsn


def named(dsn: str, database: str) -> str:
    """Return `dsn` with another database."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{database}"))


@asynccontextmanager
async def database(dsn: str, template: str | None = None) -> AsyncGenerator[str]:
    """Make a database, empty or cloned from `template`, yield its DSN, drop it."""
    name = f"skillhall_{ids.new().hex}"
    connection = await open_connection(dsn, statement_timeout="0")
    try:
        await connection.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}" STRATEGY file_copy' if template else ""))
        try:
            yield named(dsn, name)
        finally:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


@asynccontextmanager
async def template(dsn: str, config: Config) -> AsyncGenerator[str]:
    """Make a migrated database with the catalogue in it, yield its name; nobody may connect to it while it is cloned."""
    async with database(dsn) as made:
        await prepare(made, ALL, config)
        yield urlsplit(made).path[1:]
