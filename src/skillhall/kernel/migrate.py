"""Migrations: plain SQL files of all contexts, forward only, in one order by their time stamp.

Each file runs in a transaction of its own under an advisory lock and a lock time out, so that a long queue behind an
ALTER TABLE fails the migration instead of the service. A changed file that has run already is refused by its checksum.
"""

import hashlib
from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path

import asyncpg
from msgspec import Struct

from skillhall.kernel.db.pool import Connection
from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Module

OPENING = sql("""
CREATE SCHEMA IF NOT EXISTS kernel;
CREATE TABLE IF NOT EXISTS kernel.migration (
    name text PRIMARY KEY, context text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
);
""")
APPLIED = sql("SELECT name, checksum FROM kernel.migration")
HAS_TABLE = sql("SELECT to_regclass('kernel.migration') IS NOT NULL")
NOTE = sql("INSERT INTO kernel.migration (name, context, checksum) VALUES ($1, $2, $3)")
LOCK = sql("SELECT pg_advisory_lock(hashtextextended('skillhall.migrate', 0))")
UNLOCK = sql("SELECT pg_advisory_unlock(hashtextextended('skillhall.migrate', 0))")
SUBSCRIBE = sql("""
INSERT INTO kernel.subscription (receiver, event_type, ordered) SELECT * FROM unnest($1::text[], $2::text[], $3::boolean[])
ON CONFLICT (event_type, receiver) DO UPDATE SET ordered = excluded.ordered
""")
UNSUBSCRIBE = sql("DELETE FROM kernel.subscription WHERE receiver <> ALL($1::text[])")
NO_LOCK_WAIT = sql("SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = 0")


class MigrationError(Exception):
    """The schema cannot be brought up to date; the text says which file and why."""


class Migration(Struct, frozen=True):
    """One SQL file."""

    name: str
    context: str
    text: str

    @property
    def checksum(self) -> str:
        """The digest of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def find_migrations(modules: Iterable[Module]) -> list[Migration]:
    """Return the migrations of the kernel and of these modules, in the order they run."""
    found: list[Migration] = []
    for context in dict.fromkeys(("kernel", *(module.name for module in modules))):
        folder = Path(str(files(f"skillhall.{context}"))) / "migrations"
        found += [Migration(path.name, context, path.read_text(encoding="utf-8")) for path in folder.glob("*.sql")]
    return sorted(found, key=lambda migration: migration.name)


async def pending(connection: Connection, migrations: Iterable[Migration]) -> list[Migration]:
    """Return what has not run yet; refuse a file that changed after it ran."""
    rows = await connection.fetch(APPLIED) if await connection.fetchval(HAS_TABLE) else []
    applied = {row["name"]: row["checksum"] for row in rows}
    waiting: list[Migration] = []
    for migration in migrations:
        known = applied.get(migration.name)
        if known is None:
            waiting.append(migration)
        elif known != migration.checksum:
            raise MigrationError(f"{migration.context}/migrations/{migration.name} was changed after it ran; add a new file instead.")
    return waiting


async def migrate(
    connection: Connection, modules: tuple[Module, ...], *, tell: Callable[[Migration], None] = lambda _migration: None
) -> list[Migration]:
    """Run what is pending, write the subscriptions, and return what ran. Two at once: the second waits and finds nothing to do."""
    migrations = find_migrations(modules)
    await connection.execute(LOCK)
    try:
        await connection.execute(OPENING)
        waiting = await pending(connection, migrations)
        for migration in waiting:
            tell(migration)
            try:
                async with connection.transaction():
                    await connection.execute(NO_LOCK_WAIT)
                    await connection.execute(migration.text)
                    await connection.execute(NOTE, migration.name, migration.context, migration.checksum)
            except asyncpg.PostgresError as error:
                raise MigrationError(f"{migration.context}/migrations/{migration.name}: {error}") from error
        await _write_subscriptions(connection, modules)
    finally:
        await connection.execute(UNLOCK)
    return waiting


async def _write_subscriptions(connection: Connection, modules: tuple[Module, ...]) -> None:
    reactions = [reaction for module in modules for reaction in module.reactions]
    names = [reaction.name for reaction in reactions]
    await connection.execute(SUBSCRIBE, names, [r.event.name for r in reactions], [r.ordered for r in reactions])
    await connection.execute(UNSUBSCRIBE, names)
