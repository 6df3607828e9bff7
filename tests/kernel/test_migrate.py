"""Migrations: each runs once, in one order, on every supported server; a changed file and a half-run one are refused."""

import asyncio
import re
from pathlib import Path

import pytest

from skillhall.deploy import embedded
from skillhall.deploy.embedded_place import binaries
from skillhall.deploy.modules import ALL
from skillhall.deploy.prepare import prepare, waiting
from skillhall.kernel.db.pool import open_connection
from skillhall.kernel.migrate import Migration, MigrationError, find_migrations, migrate
from tests.support import database
from tests.support.hall import CONFIG

FIFTEEN = Path("/usr/lib/postgresql/15/bin")
COLUMNS = """
SELECT concat_ws(' ', table_schema, table_name, column_name, data_type, is_nullable, column_default) FROM information_schema.columns
WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""
OBJECTS = """
WITH own AS (SELECT oid FROM pg_namespace WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'public', 'pg_toast'))
SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE connamespace IN (SELECT oid FROM own)
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname IN (SELECT nspname FROM pg_namespace WHERE oid IN (SELECT oid FROM own))
UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace IN (SELECT oid FROM own)
UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1
"""


async def schema_of(dsn: str) -> list[str]:
    """Return everything the schema is made of, as text."""
    connection = await open_connection(dsn)
    try:
        return [row[0] for statement in (COLUMNS, OBJECTS) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


async def test_two_at_once_run_each_file_once(server: str):
    async with database.database(server) as dsn:
        ran = await asyncio.gather(prepare(dsn, ALL, CONFIG), prepare(dsn, ALL, CONFIG))
        assert sorted(map(len, ran)) == [0, len(find_migrations(ALL))]
        assert await waiting(dsn, ALL) == (0, False)


async def test_step_by_step_gives_the_same_schema_as_all_at_once(server: str, template: str, monkeypatch: pytest.MonkeyPatch):
    whole = find_migrations(ALL)
    async with database.database(server) as dsn, database.database(server, template) as fresh:
        for count in range(1, len(whole) + 1):
            monkeypatch.setattr("skillhall.kernel.migrate.find_migrations", lambda _modules, count=count: whole[:count])
            connection = await open_connection(dsn)
            assert [migration.name for migration in await migrate(connection, ALL)] == [whole[count - 1].name]
            await connection.close()
        assert await schema_of(dsn) == await schema_of(fresh)


async def test_a_file_that_changed_after_it_ran_is_refused(database_dsn: str, monkeypatch: pytest.MonkeyPatch):
    first, *others = find_migrations(ALL)
    changed = Migration(first.name, first.context, first.text + "-- a second thought")
    monkeypatch.setattr("skillhall.kernel.migrate.find_migrations", lambda _modules: [changed, *others])
    connection = await open_connection(database_dsn)
    with pytest.raises(MigrationError, match=re.escape(first.name)):
        await migrate(connection, ALL)
    await connection.close()


async def test_a_file_that_fails_half_way_leaves_nothing(database_dsn: str, monkeypatch: pytest.MonkeyPatch):
    broken = Migration("299901010000_broken.sql", "skills", "CREATE TABLE skills.half (id int); SELECT no_such_column FROM skills.half")
    monkeypatch.setattr("skillhall.kernel.migrate.find_migrations", lambda _modules: [broken])
    connection = await open_connection(database_dsn)
    with pytest.raises(MigrationError, match="no_such_column"):
        await migrate(connection, ALL)
    assert await connection.fetchval("SELECT to_regclass('skills.half')") is None
    await connection.close()


async def test_names_tell_the_order():
    names = [migration.name for migration in find_migrations(ALL)]
    assert names == sorted(set(names))
    assert all(re.fullmatch(r"\d{12}_[a-z_]+\.sql", name) for name in names)


@pytest.mark.slow
@pytest.mark.skipif(not FIFTEEN.exists(), reason="PostgreSQL 15 is not installed")
@pytest.mark.full
def test_the_schema_is_the_same_on_the_oldest_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """On its own embedded server of PostgreSQL 15, beside the wheel's; only what the servers print differently is set aside."""
    found: list[list[str]] = []
    for number, folder in enumerate((FIFTEEN, binaries())):
        monkeypatch.setenv("SKILLHALL_POSTGRES_BIN", str(folder))
        with embedded.start(tmp_path / str(number), settings=database.FAST) as running:
            asyncio.run(prepare(running.dsn, ALL, CONFIG))
            found.append([text for text in asyncio.run(schema_of(running.dsn)) if " NOT NULL " not in text or "CREATE" in text])
    assert found[0] == found[1]
