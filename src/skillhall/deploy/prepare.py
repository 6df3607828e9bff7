"""Preparing a database: migrations of all contexts, then the data every hall starts with."""

from collections.abc import Callable

from skillhall.deploy.hall import build_house
from skillhall.kernel.actor import Actor
from skillhall.kernel.config import Config
from skillhall.kernel.db.pool import Connection, open_connection, open_pool
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.migrate import Migration, find_migrations, migrate, pending
from skillhall.kernel.module import Module
from skillhall.ledger import api as ledger

HAS_MOVED_CLOCK = sql("SELECT shift <> interval '0' FROM kernel.clock")
HAS_DEMO = sql("SELECT EXISTS (SELECT FROM identity.staff_account WHERE email LIKE '%@demo.example')")


async def prepare(
    dsn: str, modules: tuple[Module, ...], config: Config, *, tell: Callable[[Migration], None] = lambda _migration: None
) -> list[Migration]:
    """Bring the schema up to date, write the seeds (which change nothing twice), and return the migrations that ran."""
    connection = await _alone(dsn)
    try:
        ran = await migrate(connection, modules, tell=tell)
    finally:
        await connection.close()
    pool = await open_pool(dsn, size=2)
    try:
        runner = Runner(pool, build_house(config, modules))
        for module in modules:
            for seed in module.seeds:
                await runner.run(seed, actor=Actor.of(module.name, "the data every hall starts with"))
    finally:
        await pool.close()
    return ran


async def waiting(dsn: str, modules: tuple[Module, ...]) -> tuple[int, bool]:
    """Return how many migrations have not run yet, and whether the database is new (none has ever run)."""
    connection = await _alone(dsn)
    try:
        migrations = find_migrations(modules)
        left = await pending(connection, migrations)
    finally:
        await connection.close()
    return len(left), len(left) == len(migrations)


async def has_demo(dsn: str) -> bool:
    """Return whether this migrated database holds accounts of the demo community."""
    connection = await _alone(dsn)
    try:
        return bool(await connection.fetchval(HAS_DEMO))
    finally:
        await connection.close()


async def has_moved_clock(dsn: str) -> bool:
    """Return whether business time was ever moved in this migrated database."""
    connection = await _alone(dsn)
    try:
        return bool(await connection.fetchval(HAS_MOVED_CLOCK))
    finally:
        await connection.close()


async def check_ledger_mode(dsn: str, modules: tuple[Module, ...], config: Config) -> None:
    """Refuse a ledger mode that lacks accounts which hold something in this migrated database."""
    connection = await _alone(dsn)
    try:
        await ledger.check_mode(Read(connection, build_house(config, modules)))
    finally:
        await connection.close()


async def _alone(dsn: str) -> Connection:
    return await open_connection(dsn, statement_timeout="0", idle_in_transaction_session_timeout="0")
