"""Each fault of a hall's surroundings is planted once, and found with its mending."""

import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from skillhall.deploy import doctor
from skillhall.deploy.doctor import Finding
from skillhall.kernel import ids
from skillhall.kernel.config import Config
from skillhall.kernel.db.pool import open_connection
from tests.deploy.running import SECRET, skillhall
from tests.ledger.builders import a_member
from tests.support import database
from tests.support.hall import test_hall
from tests.support.services import AMQP_URL, REDIS_URL, needs_rabbitmq, needs_redis

SAFE = {"mode": "production", "secret": SECRET, "smtp_url": "smtp://mail.example"}


async def found(dsn: str | None, data: Path, **settings: str) -> dict[str, Finding]:
    """Examine, and return what is not well, by its name."""
    config = Config(**{"data": data, **SAFE, **settings})  # pyright: ignore[reportArgumentType]
    findings = await doctor.examine(config, dsn, environment={})
    assert all(finding.mend for finding in findings if finding.outcome != "ok")
    return {finding.name: finding for finding in findings if finding.outcome != "ok"}


@asynccontextmanager
async def connected(dsn: str) -> AsyncGenerator[doctor.Connection]:
    connection = await open_connection(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def test_a_sound_hall_has_no_finding(database_dsn: str, tmp_path: Path) -> None:
    assert await found(database_dsn, tmp_path) == {}


async def test_a_weak_secret(tmp_path: Path, database_dsn: str) -> None:
    for weak in ("", "short", "ab" * 40):
        assert "SKILLHALL_SECRET" in (await found(database_dsn, tmp_path, secret=weak))["configuration"].mend


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"host": "0.0.0.0"}, "SKILLHALL_TRUSTED_PROXIES"),  # noqa: S104 - what is refused
        ({"host": "hall.example"}, "SKILLHALL_TRUSTED_PROXIES"),
        ({"public_url": "http://hall.example"}, "https"),
    ],
)
def test_plain_http_beyond_this_machine(settings: dict[str, str], says: str) -> None:
    (finding,) = doctor.configuration(Config(**SAFE, **settings), {})  # pyright: ignore[reportArgumentType]
    assert finding.outcome == "fault"
    assert says in finding.mend


def test_a_variable_nobody_reads() -> None:
    (finding,) = doctor.configuration(Config(mode="sandbox"), {"SKILLHALL_SMPT_URL": "x", "SKILLHALL_PORT": "1", "HOME": "/"})
    assert (finding.outcome, finding.said) == ("warning", "SKILLHALL_SMPT_URL is not a setting")


def test_an_old_server_and_one_that_speaks_another_encoding() -> None:
    assert [finding.outcome for finding in doctor.version(150_000, "UTF8")] == ["ok"]
    assert [finding.said for finding in doctor.version(140_011, "SQL_ASCII") if finding.outcome == "fault"] == [
        "PostgreSQL 14.11",
        "SQL_ASCII",
    ]


def test_a_missing_extension() -> None:
    finding = doctor.extensions({"pg_trgm", "btree_gist"})
    assert (finding.outcome, finding.said) == ("fault", "unaccent missing")
    assert "postgresql-contrib" in finding.mend


def test_clocks_that_went_apart() -> None:
    assert doctor.clocks(-0.4).outcome == "ok"
    for drift in (-7.0, 3600.0):
        assert doctor.clocks(drift).outcome == "fault"


async def test_a_folder_that_cannot_be_written(tmp_path: Path, database_dsn: str) -> None:
    (tmp_path / "file").touch()
    finding = (await found(database_dsn, tmp_path / "file" / "data"))["data folder"]
    assert finding.outcome == "fault"
    assert "SKILLHALL_DATA" in finding.mend


async def test_little_room_left(tmp_path: Path, database_dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_DISK", shutil.disk_usage(tmp_path).total + 1)
    assert (await found(database_dsn, tmp_path))["disk"].outcome == "warning"


@pytest.mark.parametrize("name", ["secret", "demo-signins.txt"])
async def test_a_secret_others_may_read(tmp_path: Path, database_dsn: str, name: str) -> None:
    (tmp_path / name).touch(mode=0o600)
    assert await found(database_dsn, tmp_path) == {}
    (tmp_path / name).chmod(0o640)
    finding = (await found(database_dsn, tmp_path))["secret file"]
    assert finding.outcome == "fault"
    assert os.system(finding.mend) == 0  # noqa: S605 - the mending mends
    assert await found(database_dsn, tmp_path) == {}


async def test_a_schema_that_is_behind(tmp_path: Path, server: str) -> None:
    async with database.database(server) as empty:
        assert "migrate" in (await found(empty, tmp_path))["schema"].mend


async def test_a_migration_that_was_changed(tmp_path: Path, database_dsn: str) -> None:
    async with connected(database_dsn) as connection:
        await connection.execute("UPDATE kernel.migration SET checksum = 'other' WHERE context = 'skills'")
    finding = (await found(database_dsn, tmp_path))["schema"]
    assert finding.outcome == "fault"
    assert "was changed after it ran" in finding.said


async def test_what_was_given_up(tmp_path: Path, database_dsn: str) -> None:
    async with connected(database_dsn) as connection:
        await connection.execute(
            "INSERT INTO kernel.delivery (id, receiver, payload, due_at, state) VALUES ($1, 'kernel.send_mail', '{}', now(), 'dead')",
            ids.new(),
        )
    assert (await found(database_dsn, tmp_path))["jobs"].said == "1 were given up"


async def test_a_sandbox_in_production(tmp_path: Path, database_dsn: str) -> None:
    async with connected(database_dsn) as connection:
        await connection.execute("UPDATE kernel.clock SET shift = interval '1 day'")
    assert (await found(database_dsn, tmp_path))["business time"].outcome == "fault"
    assert await found(database_dsn, tmp_path, mode="sandbox") == {}


@pytest.mark.parametrize(("mode", "says"), [("points", "earnings CREDIT"), ("per_booking", "grant CREDIT")])
async def test_a_ledger_mode_without_the_accounts_that_hold_something(tmp_path: Path, database_dsn: str, mode: str, says: str) -> None:
    async with test_hall(database_dsn) as hall:
        await hall.work(partial(a_member, granted=5, earnings=7))
    finding = (await found(database_dsn, tmp_path, ledger_mode=mode))["ledger mode"]
    assert finding.outcome == "fault"
    assert says in finding.said
    assert "SKILLHALL_LEDGER_MODE" in finding.mend
    assert await found(database_dsn, tmp_path) == {}


async def test_a_database_that_is_away(tmp_path: Path) -> None:
    assert (await found("postgresql://nobody@127.0.0.1:1/none", tmp_path))["database"].outcome == "fault"
    assert (await found(None, tmp_path))["database"].outcome == "fault"


async def test_no_mail_server(tmp_path: Path, database_dsn: str) -> None:
    assert (await found(database_dsn, tmp_path, smtp_url=""))["mail"].outcome == "warning"


async def test_redis_and_the_broker_absent(tmp_path: Path, database_dsn: str) -> None:
    absent = await found(database_dsn, tmp_path, redis_url="redis://127.0.0.1:1/0", amqp_url="amqp://127.0.0.1:1/")
    assert {name: finding.outcome for name, finding in absent.items()} == {"redis": "warning", "broker": "warning"}


@needs_redis
@needs_rabbitmq
async def test_redis_and_the_broker_present(tmp_path: Path, database_dsn: str) -> None:
    assert await found(database_dsn, tmp_path, redis_url=REDIS_URL, amqp_url=AMQP_URL) == {}


@pytest.mark.slow
def test_it_reports_even_when_the_database_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "postgres").write_text("in the way")
    done = skillhall(tmp_path, "doctor", secret=SECRET)
    assert done.returncode == 1
    assert "✘ database: does not start" in done.stdout
    assert "✔ python" in done.stdout
    assert "Traceback" not in done.stderr
