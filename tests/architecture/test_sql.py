"""Every statement can be prepared against the migrated schema, writes its own schema only, and reads what others publish."""

import re

import asyncpg
import pytest

from skillhall.deploy.contexts import NAMES
from skillhall.kernel.db.pool import Pool
from tests.architecture.source import (
    SOURCE,
    NamedStatement,
    files,
    foreign_writes,
    listings,
    private_reads,
    statements,
    unqualified,
)

FRAGMENT = re.compile(r"^\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH|MERGE|NOTIFY)\b", re.IGNORECASE)
VERB = re.compile(r"\b(?:SELECT\s+.+\s+FROM|INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM)\b", re.IGNORECASE | re.DOTALL)
WHOLE = [statement for statement in statements() if FRAGMENT.match(statement.text) and not re.search(r"\{\}|\{\w+\}", statement.text)]


def _bad(text: str, context: str = "learning") -> NamedStatement:
    return NamedStatement(context, "planted", "PLANTED", text)


async def test_every_statement_can_be_prepared(shared_pool: Pool) -> None:
    broken: list[str] = []
    async with shared_pool.acquire() as connection:
        for statement in [*WHOLE, *listings()]:
            if statement.text.count(";") > 1 or statement.name == "OPENING":
                continue
            try:
                await connection.prepare(statement.text)
            except asyncpg.PostgresError as error:
                broken.append(f"{statement.module}.{statement.name}: {error}")
    assert broken == []
    assert len(WHOLE) > 150


async def test_a_statement_that_names_no_column_is_seen(shared_pool: Pool) -> None:
    async with shared_pool.acquire() as connection:
        with pytest.raises(asyncpg.UndefinedColumnError):
            await connection.prepare("SELECT no_such_column FROM identity.account")


def test_a_context_writes_its_own_schema_only() -> None:
    assert [f"{s.module}.{s.name} writes {table}" for s in statements() for table in foreign_writes(s)] == []


def test_a_context_reads_of_others_what_they_publish() -> None:
    found = [
        f"{s.module}.{s.name} reads {table}" for s in [*statements(), *listings()] if s.context != "kernel" for table in private_reads(s)
    ]
    assert found == []


def test_tables_are_named_with_their_schema() -> None:
    assert [f"{s.module}.{s.name} names {name}" for s in [*WHOLE, *listings()] for name in unqualified(s)] == []


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (foreign_writes, "UPDATE ledger.balance SET amount = 0"),
        (foreign_writes, "WITH x AS (DELETE FROM identity.account RETURNING 1) SELECT * FROM x"),
        (private_reads, "SELECT 1 FROM learning.session s JOIN ledger.balance b ON true"),
        (unqualified, "SELECT 1 FROM session"),
    ],
)
def test_a_breach_is_seen(check: object, text: str) -> None:
    assert callable(check)
    assert check(_bad(text))


def test_sql_lives_in_store_queries_and_the_kernel_only() -> None:
    found: list[str] = []
    for path in files():
        parts = path.relative_to(SOURCE).parts
        if parts[0] not in NAMES or parts[1].removesuffix(".py") in {"store", "queries"}:
            continue
        if "sql(" in (text := path.read_text(encoding="utf-8")) or VERB.search(re.sub(r'""".*?"""', "", text, flags=re.DOTALL)):
            found.append(str(path.relative_to(SOURCE)))
    assert found == []
