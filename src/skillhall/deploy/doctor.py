"""Doctor: what is wrong with this hall's surroundings, and how to mend each thing."""

import asyncio
import platform
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import asyncpg
import msgspec
from msgspec import Struct

from skillhall.deploy.demo import SIGN_INS
from skillhall.deploy.hall import adapter, build_house
from skillhall.deploy.modules import ALL
from skillhall.deploy.prepare import HAS_DEMO, HAS_MOVED_CLOCK
from skillhall.deploy.settings import unsafe
from skillhall.kernel.config import PREFIX, Config
from skillhall.kernel.db.pool import Connection, open_connection
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.migrate import MigrationError, find_migrations, pending
from skillhall.ledger import api as ledger

OLDEST = 150_000
NEEDED = ("pg_trgm", "unaccent", "btree_gist")
MOST_DRIFT_SECONDS = 5.0
LEAST_DISK = 500 * 1024 * 1024
PATIENCE_SECONDS = 10.0
PARTIES = {
    "stripe": ("stripe_secret_key", "stripe_webhook_secret"),
    "razorpay": ("razorpay_key_id", "razorpay_webhook_secret"),
    "paypal": ("paypal_client_id", "paypal_webhook_id"),
}
SECRET_FILES = ("secret", SIGN_INS)
ELSEWHERE_READ = {"SKILLHALL_POSTGRES_BIN", "SKILLHALL_NO_USERNS", "SKILLHALL_REQUIRE_SERVICES", "SKILLHALL_WHOLE_RUN"}
VERSION = sql("SELECT current_setting('server_version_num')::int")
AVAILABLE = sql("SELECT name FROM pg_available_extensions")
WALL = sql("SELECT clock_timestamp()")
DEAD = sql("SELECT count(*) FROM kernel.delivery WHERE state = 'dead'")
ENCODING = sql("SELECT current_setting('server_encoding')")

Outcome = Literal["ok", "warning", "fault"]


class Finding(Struct, frozen=True, kw_only=True):
    """One thing looked at: how it is, and how to mend it when it is not well."""

    name: str
    outcome: Outcome
    said: str
    mend: str = ""


def ok(name: str, said: str) -> Finding:
    """It is well."""
    return Finding(name=name, outcome="ok", said=said)


def fault(name: str, said: str, mend: str) -> Finding:
    """It must be mended."""
    return Finding(name=name, outcome="fault", said=said, mend=mend)


def warning(name: str, said: str, mend: str) -> Finding:
    """It works, with less."""
    return Finding(name=name, outcome="warning", said=said, mend=mend)


async def examine(
    config: Config, dsn: str | None, *, environment: Mapping[str, str], where: Mapping[str, str] | None = None, why: str = ""
) -> list[Finding]:
    """Look at everything; `dsn` is None when the database did not start, and `why` says why; `where` tells of the embedded server."""
    found = [ok("python", platform.python_version()), *configuration(config, environment), *_folder(config.data)]
    if dsn is None:
        found.append(fault("database", f"does not start: {why}", "Mend that, or set SKILLHALL_DATABASE_URL to a server of your own."))
    else:
        found += [ok(f"embedded {name}", said) for name, said in (where or {}).items()]
        found += await _database(config, dsn)
    found += payments(config)
    if config.redis_url:
        found.append(await _redis(config))
    if config.amqp_url:
        found.append(await _broker(config))
    if not config.is_sandbox and not config.smtp_url:
        mend = "Set SKILLHALL_SMTP_URL=smtp://user:password@host:587; until then no code reaches anybody."
        found.append(warning("mail", "no SMTP server is configured", mend))
    return found


def configuration(config: Config, environment: Mapping[str, str]) -> list[Finding]:
    """What is unsafe, and which variables nobody reads."""
    found = [fault("configuration", reason.split(":")[0].rstrip("."), reason) for reason in unsafe(config)]
    known = {f"{PREFIX}{field.name.upper()}" for field in msgspec.structs.fields(Config)} | ELSEWHERE_READ
    unknown = [name for name in environment if name.startswith(PREFIX) and name not in known and not name.startswith("SKILLHALL_TEST_")]
    found += [warning("configuration", f"{name} is not a setting", "See the table of settings in README.md.") for name in unknown]
    return found or [ok("configuration", f"{config.mode} mode")]


def payments(config: Config) -> list[Finding]:
    """Which payment parties are configured, and what each lacks."""
    found: list[Finding] = []
    for name, (key, secret) in PARTIES.items():
        if not getattr(config, key):
            continue
        if getattr(config, secret):
            found.append(ok("payments", name))
        else:
            mend = f"Set {PREFIX}{secret.upper()}, as {name} shows it for the webhook {config.base_url}/api/v1/payments/webhook/{name}."
            found.append(warning("payments", f"{name} without webhooks: what it tells is not believed", mend))
    if not config.is_sandbox and not found:
        found.append(ok("payments", "no party is configured: nobody pays with money"))
    wanted = config.payment_provider
    if wanted and not (wanted == "sandbox" and config.is_sandbox) and not (wanted in PARTIES and getattr(config, PARTIES[wanted][0])):
        found.append(fault("payments", f"{wanted} is the default and not configured", f"Correct {PREFIX}PAYMENT_PROVIDER."))
    return found


def _folder(data: Path) -> list[Finding]:
    found: list[Finding] = []
    try:
        data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data):
            found.append(ok("data folder", str(data.absolute())))
        free = shutil.disk_usage(data).free
    except OSError as error:
        return [fault("data folder", f"{data}: {error.strerror}", "Give this user the right to write there, or set SKILLHALL_DATA.")]
    if free < LEAST_DISK:
        found.append(warning("disk", f"{free // 1024 // 1024} MB free", "Make room: PostgreSQL stops writing on a full disk."))
    for name in SECRET_FILES:
        path = data / name
        if path.exists() and path.stat().st_mode & 0o077:
            found.append(fault("secret file", f"{path} can be read by others", f"chmod 600 '{path}'"))
    return found


async def _database(config: Config, dsn: str) -> list[Finding]:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            connection = await open_connection(dsn)
        try:
            found = [*version(await connection.fetchval(VERSION), await connection.fetchval(ENCODING))]
            found.append(extensions({row["name"] for row in await connection.fetch(AVAILABLE)}))
            found.append(clocks(((await connection.fetchval(WALL)) - datetime.now(UTC)).total_seconds()))
            return [*found, *await _schema(connection, config)]
        finally:
            await connection.close()
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return [fault("database", f"does not answer: {error or 'time out'}", "Start it, or correct SKILLHALL_DATABASE_URL.")]


def version(number: int, encoding: str) -> list[Finding]:
    """The server's version as PostgreSQL numbers it (150020), and its encoding."""
    text = f"PostgreSQL {number // 10000}.{number % 10000}"
    wrong = [] if encoding == "UTF8" else [fault("encoding", encoding, "Create the database with ENCODING 'UTF8'.")]
    return [ok("server", text) if number >= OLDEST else fault("server", text, "Use PostgreSQL 15 or newer."), *wrong]


def extensions(there: AbstractSet[str]) -> Finding:
    """Whether the server offers what the schema needs."""
    if missing := [name for name in NEEDED if name not in there]:
        return fault("extensions", f"{', '.join(missing)} missing", "Install PostgreSQL's contrib package (Debian: postgresql-contrib).")
    return ok("extensions", ", ".join(NEEDED))


def clocks(drift: float) -> Finding:
    """How many seconds the database's clock is away from this machine's."""
    if abs(drift) > MOST_DRIFT_SECONDS:
        return fault("clocks", f"the database is {abs(drift):.0f} s away from this machine", "Synchronize both with NTP.")
    return ok("clocks", f"{abs(drift):.2f} s apart")


async def _schema(connection: Connection, config: Config) -> list[Finding]:
    try:
        waiting = await pending(connection, find_migrations(ALL))
    except MigrationError as error:
        return [fault("schema", str(error), "Restore the file as it was, and add a new migration for the change.")]
    if waiting:
        return [fault("schema", f"{len(waiting)} migrations have not run", "./skillhall migrate")]
    found = [ok("schema", "up to date"), await _ledger_mode(connection, config)]
    if dead := await connection.fetchval(DEAD):
        found.append(warning("jobs", f"{dead} were given up", "./skillhall jobs list --dead, then ./skillhall jobs retry ID"))
    if not config.is_sandbox:
        mend = "Production refuses this database: it belongs to a sandbox. Start with an empty one."
        if await connection.fetchval(HAS_MOVED_CLOCK):
            found.append(fault("business time", "was moved", mend))
        if await connection.fetchval(HAS_DEMO):
            found.append(fault("demo accounts", "are in it", mend))
    return found


async def _ledger_mode(connection: Connection, config: Config) -> Finding:
    try:
        await ledger.check_mode(Read(connection, build_house(config, ALL)))
    except ledger.ModeNotEmpty as refusal:
        return fault("ledger mode", refusal.sentence, "Set SKILLHALL_LEDGER_MODE back, or empty them in the mode that has them.")
    return ok("ledger mode", config.ledger_mode)


async def _redis(config: Config) -> Finding:
    async def ping() -> None:
        client = adapter("redis").open_redis(config.redis_url)
        try:
            await client.ping()
        finally:
            await client.aclose()

    return await _outside("redis", ping, "Start it, or correct SKILLHALL_REDIS_URL; requests go on without it.")


async def _broker(config: Config) -> Finding:
    async def connect() -> None:
        connection = await adapter("broker").connect(config.amqp_url)
        await connection.close()

    return await _outside("broker", connect, "Start it, or correct SKILLHALL_AMQP_URL; events wait until it is back.")


async def _outside(name: str, reach: Callable[[], Awaitable[None]], mend: str) -> Finding:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await reach()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the operator must read
        return warning(name, f"does not answer: {error or 'time out'}", mend)
    return ok(name, "answers")
