"""A backup brings back every row and file, on every server version; a bad one changes nothing."""

import asyncio
import gzip
import io
import shutil
import tarfile
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from skillhall.deploy import backup as backups
from skillhall.deploy import embedded
from skillhall.deploy.backup import BackupError, backup, digest, restore
from skillhall.kernel import ids
from skillhall.kernel.config import Config
from skillhall.kernel.db.pool import open_connection
from tests.support import database
from tests.support.hall import CONFIG, test_hall

SYSTEM = Path("/usr/lib/postgresql/15/bin")
pytestmark = pytest.mark.slow


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "one").write_bytes(b"a file")
    return Config(mode="sandbox", secret=CONFIG.secret, data=tmp_path)


@asynccontextmanager
async def connected(dsn: str) -> AsyncGenerator[backups.Connection]:
    connection = await open_connection(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def digest_of(dsn: str) -> str:
    async with connected(dsn) as connection:
        return await digest(connection)


async def filled(dsn: str) -> str:
    """Store something of every kind of column, and return the digest."""
    async with connected(dsn) as connection:
        for number in range(50):
            await connection.execute(
                "INSERT INTO kernel.mail (id, rcpt, subject, text, message_id) VALUES ($1, $2, 'SET transaction_timeout = 0;', $3, $4)",
                ids.new(), f"{number}@example.org", "SET transaction_timeout = 0;\n\\.\nÜ\t☃", str(number),
            )  # fmt: skip
        await connection.execute("UPDATE kernel.clock SET shift = interval '3 days 00:00:00.123456'")
        return await digest(connection)


async def test_all_of_it_comes_back(config: Config, database_dsn: str) -> None:
    before = await filled(database_dsn)
    path = await backup(config, database_dsn)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]

    async with connected(database_dsn) as connection:
        await connection.execute("DELETE FROM kernel.mail")
        await connection.execute("UPDATE skills.skill SET name = upper(name)")
        await connection.execute("CREATE SCHEMA more; CREATE TABLE more.rows (id int)")
    assert await digest_of(database_dsn) != before
    shutil.rmtree(config.data / "files")
    (config.data / "files").mkdir()
    (config.data / "files" / "two").write_bytes(b"of later")

    manifest = await restore(config, database_dsn, path)
    assert manifest.digest == before == await digest_of(database_dsn)
    assert [(file.name, file.read_bytes()) for file in (config.data / "files").iterdir()] == [("one", b"a file")]
    assert sorted(entry.name for entry in config.data.iterdir()) == ["backups", "files"]
    async with connected(database_dsn) as connection:
        assert not [name for name in await backups._schemas(connection) if name in {"more", "aside_kernel"}]
    async with test_hall(database_dsn) as hall:
        await hall.verify()
        with pytest.raises(BackupError, match="running"):
            await restore(config, database_dsn, path)


async def test_it_restores_into_an_empty_database(config: Config, server: str, database_dsn: str) -> None:
    before = await filled(database_dsn)
    path = await backup(config, database_dsn, to=config.data / "mine.tar")
    async with database.database(server) as empty:
        await restore(config, empty, path)
        assert await digest_of(empty) == before


def cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size * 2 // 3)


def without_manifest(path: Path) -> None:
    rewritten(path, {})


def half_a_dump(path: Path) -> None:
    def half(text: bytes) -> bytes:
        return text[: len(text) // 2]

    rewritten(path, {"database.sql.gz": half, "manifest.json": bytes})


def other_rows(path: Path) -> None:
    def changed(text: bytes) -> bytes:
        return gzip.compress(gzip.decompress(text).replace(b"7@example.org", b"8@example.org"))

    rewritten(path, {"database.sql.gz": changed, "manifest.json": bytes})


def bad_sql(path: Path) -> None:
    def changed(text: bytes) -> bytes:
        return gzip.compress(gzip.decompress(text) + b"\nSELECT no_such_column;\n")

    rewritten(path, {"database.sql.gz": changed, "manifest.json": bytes})


def text(path: Path) -> None:
    path.write_text("not a backup", encoding="utf-8")


def rewritten(path: Path, members: dict[str, Callable[[bytes], bytes]]) -> None:
    """Pack `path` anew with these members alone, each changed."""
    with tarfile.open(path) as tar:
        found = {member.name: file.read() for member in tar if (file := tar.extractfile(member)) is not None}
    with tarfile.open(path, "w") as tar:
        for name, change in members.items():
            text = change(found[name])
            head = tarfile.TarInfo(name)
            head.size = len(text)
            tar.addfile(head, io.BytesIO(text))


@pytest.mark.parametrize("spoil", [cut, without_manifest, half_a_dump, other_rows, bad_sql, text])
async def test_a_bad_backup_changes_nothing(config: Config, database_dsn: str, spoil: Callable[[Path], None]) -> None:
    await filled(database_dsn)
    path = await backup(config, database_dsn)
    async with connected(database_dsn) as connection:
        await connection.execute("DELETE FROM kernel.mail WHERE rcpt = '0@example.org'")
    now = await digest_of(database_dsn)
    spoil(path)
    with pytest.raises(BackupError):
        await restore(config, database_dsn, path)
    assert await digest_of(database_dsn) == now
    assert (config.data / "files" / "one").read_bytes() == b"a file"
    assert not list(config.data.glob(".restore-*"))


@pytest.mark.full
async def test_one_that_is_killed_midway_is_undone_by_the_next(config: Config, database_dsn: str) -> None:
    before = await filled(database_dsn)
    path = await backup(config, database_dsn)
    async with connected(database_dsn) as connection:
        await backups._put_aside(connection)  # what a kill leaves: all aside, something half made
        await connection.execute("CREATE SCHEMA kernel; CREATE TABLE kernel.half (id int)")
    await restore(config, database_dsn, path)
    assert await digest_of(database_dsn) == before


@pytest.mark.skipif(not SYSTEM.exists(), reason="needs PostgreSQL 15 beside the embedded one")
@pytest.mark.full
async def test_it_moves_between_server_versions(
    config: Config, tmp_path: Path, database_dsn: str, old_server: str, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await filled(database_dsn)
    there = await backup(config, database_dsn)
    async with database.database(old_server) as old:
        await restore(config, old, there)
        assert await digest_of(old) == before
        back = await backup(config, old)
        async with database.database(server) as new:
            await restore(config, new, back)
            assert await digest_of(new) == before
        monkeypatch.setenv("SKILLHALL_POSTGRES_BIN", str(SYSTEM))
        with_its_own = await backup(config, old)
        monkeypatch.delenv("SKILLHALL_POSTGRES_BIN")
        await restore(config, database_dsn, with_its_own)
        assert await digest_of(database_dsn) == before


@pytest.fixture
def old_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[str]:
    """PostgreSQL 15, where the machine has it."""
    tmp_path.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SKILLHALL_POSTGRES_BIN", str(SYSTEM))
        server = embedded.start(tmp_path / "old")
    with server:
        yield server.dsn


def test_a_password_is_not_shown_to_other_users(tmp_path: Path) -> None:
    """The command line of pg_dump holds none."""
    seen = tmp_path / "seen"
    for program in ("initdb", "pg_dump"):
        (tmp_path / program).write_text(f'#!/bin/sh\necho "$@ $PGPASSWORD" > "{seen}"\n')
        (tmp_path / program).chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SKILLHALL_POSTGRES_BIN", str(tmp_path))
        asyncio.run(backups._postgres("postgresql://me:s%2Fecret@db.example/hall", "pg_dump"))
    assert seen.read_text() == "--dbname=postgresql://me@db.example/hall s/ecret\n"
