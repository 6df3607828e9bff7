"""Backup and restore: one tar file with the database as SQL, the files folder, and last a manifest with a digest of all tables.

Plain SQL loads into every server version; a restore keeps what was there until the backup's tables are proven equal.
"""

import asyncio
import gzip
import hashlib
import io
import os
import re
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import msgspec
from msgspec import Struct

from skillhall.deploy.embedded_place import binaries, environment
from skillhall.kernel.config import Config
from skillhall.kernel.db.pool import Connection, open_connection
from skillhall.kernel.db.statement import sql

TABLES = sql("""
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'aside\\_%'
ORDER BY n.nspname::text COLLATE "C", c.relname::text COLLATE "C"
""")
SCHEMAS = sql("SELECT nspname::text FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'public')")
ROWS = sql("""
SELECT count(*), coalesce(sum(('x' || left(h, 15))::bit(60)::bigint::numeric), 0)
FROM (SELECT encode(sha256(convert_to(t::text, 'UTF8')), 'hex') AS h FROM {table} t) hashed
""")
SNAPSHOT = sql("SELECT pg_export_snapshot()")
OTHERS = sql("""
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'skillhall' AND pid <> pg_backend_pid()
""")
ANALYZE = sql("ANALYZE")
DUMP, MANIFEST, FILES, ASIDE = "database.sql.gz", "manifest.json", "files", "aside_"
# What servers before 17 do not know, and the mark that PostgreSQL 15.20 puts on every column and no other version takes.
LEFT_OUT = re.compile(rb"SET transaction_timeout = 0;\n|ALTER TABLE ONLY \S+ ALTER COLUMN \S+ SET \(pg_attver=\d+\);\n")
CHUNK = 1 << 16


class BackupError(Exception):
    """The backup cannot be made or restored; the text says why."""


class Manifest(Struct, frozen=True, kw_only=True, rename="camel"):
    """What a backup says about itself; `digest` covers every row of every table."""

    format: int = 1
    made_at: datetime
    digest: str


async def digest(connection: Connection) -> str:
    """Return one SHA-256 over all rows of all tables; equal data gives an equal digest on any server."""
    whole = hashlib.sha256()
    for table in await connection.fetch(TABLES):
        name = table["name"]
        row = await connection.fetchrow(ROWS.format(table=name))
        whole.update(f"{name}:{tuple(row) if row else ''};".encode())
    return whole.hexdigest()


async def backup(config: Config, dsn: str, *, to: Path | None = None) -> Path:
    """Write a backup of the database and the files, and return its path (default: a new file in `data/backups`)."""
    now = datetime.now(UTC)
    path = to or config.data / "backups" / f"{now:%Y%m%dT%H%M%S.%fZ}.tar"
    if path.exists():
        raise BackupError(f"{path} is there already.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
        part, dump = Path(folder) / "part", Path(folder) / DUMP
        connection = await _connected(dsn)
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):  # the dump and the digest see one moment
                snapshot = await connection.fetchval(SNAPSHOT)
                await _postgres(dsn, "pg_dump", "--no-owner", "--no-privileges", "--compress=1", f"--snapshot={snapshot}", f"--file={dump}")
                manifest = msgspec.json.encode(Manifest(made_at=now, digest=await digest(connection)))
        finally:
            await connection.close()
        with tarfile.open(part, "w") as tar:
            tar.add(dump, DUMP)
            if (config.data / FILES).is_dir():
                tar.add(config.data / FILES, FILES)
            head = tarfile.TarInfo(MANIFEST)  # last: a file cut short has none
            head.size = len(manifest)
            tar.addfile(head, io.BytesIO(manifest))
        part.chmod(0o600)
        part.rename(path)
    return path


async def restore(config: Config, dsn: str, path: Path, *, tell: Callable[[str], None] = lambda _step: None) -> Manifest:
    """Replace everything in the database and the files folder by the backup's, proven by the digest; a failure leaves all as it was."""
    config.data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=config.data, prefix=".restore-") as name:
        folder = Path(name)
        manifest = _unpacked(path, folder)
        connection = await _connected(dsn)
        try:
            if await connection.fetchval(OTHERS):
                raise BackupError("The hall is running; stop it first.")
            await _put_back(connection)  # what a restore that was killed left behind
            await _put_aside(connection)
            try:
                await _replace(connection, dsn, folder / DUMP, manifest, tell)
            except BaseException:
                await _put_back(connection)
                raise
            _swap_files(config.data / FILES, folder / FILES)
            await _drop(connection, [schema for schema in await _schemas(connection) if schema.startswith(ASIDE)])
            await connection.execute(ANALYZE)
        finally:
            await connection.close()
    return manifest


async def _replace(connection: Connection, dsn: str, dump: Path, manifest: Manifest, tell: Callable[[str], None]) -> None:
    tell("Loading the backup")
    await _postgres(dsn, "psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file=-", feed=dump)
    tell("Comparing the digest of all tables")
    if await digest(connection) != manifest.digest:
        raise BackupError("The backup is damaged: its tables differ from its digest.")


def _unpacked(path: Path, folder: Path) -> Manifest:
    """Unpack all of the backup into `folder`; nothing in it can leave that folder."""
    try:
        with tarfile.open(path) as tar:
            for member in tar:
                target, content = (folder / member.name).resolve(), tar.extractfile(member) if member.isfile() else None
                if content is not None and target.is_relative_to(folder.resolve()):
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with target.open("wb") as file:
                        shutil.copyfileobj(content, file)
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (tarfile.TarError, FileNotFoundError, EOFError, msgspec.DecodeError) as error:
        raise BackupError(f"{path} is not a whole backup of Skillhall ({error}). Nothing was changed.") from error


async def _schemas(connection: Connection) -> list[str]:
    return [row["nspname"] for row in await connection.fetch(SCHEMAS)]


async def _drop(connection: Connection, schemas: list[str]) -> None:
    for schema in schemas:
        await connection.execute(f'DROP SCHEMA "{schema}" CASCADE')


async def _put_aside(connection: Connection) -> None:
    async with connection.transaction():
        for schema in await _schemas(connection):
            await connection.execute(f'ALTER SCHEMA "{schema}" RENAME TO "{ASIDE}{schema}"')


async def _put_back(connection: Connection) -> None:
    async with connection.transaction():
        schemas = await _schemas(connection)
        aside = [schema for schema in schemas if schema.startswith(ASIDE)]
        if aside:
            await _drop(connection, [schema for schema in schemas if schema not in aside])
        for schema in aside:
            await connection.execute(f'ALTER SCHEMA "{schema}" RENAME TO "{schema.removeprefix(ASIDE)}"')


def _swap_files(here: Path, stored: Path) -> None:
    """Put the backup's files in place; the folder is replaced by two renames."""
    old = stored.with_name("old")
    if here.exists():
        here.rename(old)
    if stored.is_dir():
        stored.rename(here)


async def _postgres(dsn: str, program: str, *args: str, feed: Path | None = None) -> None:
    """Run one of PostgreSQL's programs; the password goes with the environment, where other users of the machine do not see it."""
    parts = urlsplit(dsn)
    where = urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@", 1)))
    variables = {**os.environ, **environment(), **({"PGPASSWORD": unquote(parts.password)} if parts.password else {})}
    command = [str(binaries() / program), *args, f"--dbname={where}"]
    none, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
    with tempfile.TemporaryFile() as said:
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe if feed else none, stdout=none, stderr=said, env=variables)
        try:
            if feed and process.stdin:
                await _feed(process.stdin, feed)
            await process.wait()
        except BaseException:  # half a dump must not be taken for all of it
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise
        if process.returncode:
            said.seek(0)
            raise BackupError(f"{program}: {said.read().decode(errors='replace').strip()[-800:]}")


async def _feed(stdin: asyncio.StreamWriter, dump: Path) -> None:
    try:
        with gzip.open(dump) as file, suppress(ConnectionError):  # it went away: its exit code and complaint say why
            for line in file:
                stdin.write(b"" if LEFT_OUT.fullmatch(line) else line)
                if line.startswith(b"COPY "):  # from here on it is data
                    break
            while chunk := file.read(CHUNK):
                stdin.write(chunk)
                await stdin.drain()
        stdin.close()
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise BackupError(f"The backup is damaged: {error}.") from error


async def _connected(dsn: str) -> Connection:
    return await open_connection(dsn, statement_timeout="0", lock_timeout="0", idle_in_transaction_session_timeout="0")
