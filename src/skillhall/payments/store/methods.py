"""Payment methods and customers in the database: tokens of a provider."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.kernel import ids
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks
from skillhall.payments.model.refusals import MethodNotFound
from skillhall.payments.ports import MethodFacts

CUSTOMER = sql("SELECT ref FROM payments.customer WHERE account_id = $1 AND provider = $2")
KEEP_CUSTOMER = sql("INSERT INTO payments.customer (account_id, provider, ref) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
LOCK = sql("SELECT pg_advisory_xact_lock(hashtextextended('payments.method ' || $1::uuid::text, 0))")
INSERT = sql("""
INSERT INTO payments.method (id, account_id, provider, token, kind, brand, last4, exp_month, exp_year, is_default, created_at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, NOT EXISTS (SELECT FROM payments.method m WHERE m.account_id = $2 AND m.is_default), $10
ON CONFLICT DO NOTHING
""")
ADOPT = sql("""
INSERT INTO payments.method (id, account_id, provider, token, kind, brand, last4, exp_month, exp_year, is_default, created_at)
SELECT r.id, r.account_id, r.provider, r.token, r.kind, r.brand, r.last4, r.exp_month, r.exp_year, r.is_default, r.created_at
FROM jsonb_to_recordset($1) AS r (id uuid, account_id uuid, provider text, token text, kind text, brand text, last4 text, exp_month int,
    exp_year int, is_default boolean, created_at timestamptz)
""")
BY_TOKEN = sql("""
SELECT id, account_id, provider, token, kind, brand, last4, exp_month, exp_year, is_default, created_at
FROM payments.method WHERE account_id = $1 AND provider = $2 AND token = $3 AND removed_at IS NULL
""")
ONE = sql("""
SELECT id, account_id, provider, token, kind, brand, last4, exp_month, exp_year, is_default, created_at
FROM payments.method WHERE id = $1 AND removed_at IS NULL
""")
DEFAULT = sql("SELECT id FROM payments.method WHERE account_id = $1 AND is_default")
UNSET = sql("UPDATE payments.method SET is_default = false WHERE account_id = $1 AND is_default AND id <> $2")
SET = sql("UPDATE payments.method SET is_default = true WHERE id = $1 AND removed_at IS NULL")
REMOVE = sql("UPDATE payments.method SET removed_at = $2, is_default = false WHERE id = $1 AND removed_at IS NULL")
NEXT_DEFAULT = sql("""
UPDATE payments.method SET is_default = true WHERE id = (
    SELECT id FROM payments.method WHERE account_id = $1 AND removed_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 1)
""")
TOKEN_OF = sql("SELECT provider, token FROM payments.method WHERE id = $1")
FORGET = sql("DELETE FROM payments.method WHERE id = $1 AND removed_at IS NOT NULL")
OF_ACCOUNT = sql("SELECT id FROM payments.method WHERE account_id = $1 AND removed_at IS NULL")
FORGET_CUSTOMERS = sql("DELETE FROM payments.customer WHERE account_id = $1")


class Method(Struct, frozen=True, kw_only=True):
    """A row."""

    id: UUID
    account_id: UUID
    provider: str
    token: str
    kind: str
    brand: str
    last4: str
    exp_month: int | None
    exp_year: int | None
    is_default: bool
    created_at: datetime


async def adopt(tx: Tx, rows: Sequence[Method]) -> None:
    """Store methods of members who have none."""
    await tx.run(ADOPT, rows)


async def find_customer(read: Read, account_id: UUID, provider: str) -> str | None:
    """Return what a provider calls a member, or nothing."""
    return await read.value(CUSTOMER, account_id, provider)


async def keep_customer(tx: Tx, account_id: UUID, provider: str, ref: str) -> None:
    """Keep what a provider calls a member, unless that is known."""
    await tx.run(KEEP_CUSTOMER, account_id, provider, ref)


@locks(50, 4)
async def keep_method(tx: Tx, account_id: UUID, provider: str, facts: MethodFacts) -> Method:
    """Keep a method, the first one as default; the same token twice is the same method."""
    if facts.customer is not None:
        await keep_customer(tx, account_id, provider, facts.customer)
    await tx.value(LOCK, account_id)
    await tx.run(
        INSERT, ids.new(), account_id, provider, facts.token, facts.kind, facts.brand, facts.last4, facts.exp_month, facts.exp_year, tx.now
    )  # fmt: skip
    return _method(await tx.row(BY_TOKEN, account_id, provider, facts.token))


async def method(read: Read, method_id: UUID, account_id: UUID) -> Method:
    """Return a method of this member's."""
    found = _method(await read.row(ONE, method_id))
    if found.account_id != account_id:
        raise MethodNotFound
    return found


async def default_method(read: Read, account_id: UUID) -> UUID | None:
    """Return the method a member pays with where nothing else is said, or nothing."""
    return await read.value(DEFAULT, account_id)


@locks(50, 4)
async def make_default(tx: Tx, one: Method) -> None:
    """Let this be the member's default."""
    await tx.value(LOCK, one.account_id)
    await tx.run(UNSET, one.account_id, one.id)
    if not await tx.run(SET, one.id):
        raise MethodNotFound


@locks(50, 4)
async def remove(tx: Tx, one: Method) -> None:
    """Let a method go; the latest other one is the default then."""
    await tx.value(LOCK, one.account_id)
    if not await tx.run(REMOVE, one.id, tx.now):
        raise MethodNotFound
    if one.is_default:
        await tx.run(NEXT_DEFAULT, one.account_id)


async def find_token(read: Read, method_id: UUID) -> tuple[str, str] | None:
    """Return provider and token of a method, removed or not; nothing when it is forgotten."""
    row = await read.row(TOKEN_OF, method_id)
    return None if row is None else (row["provider"], row["token"])


async def forget(tx: Tx, method_id: UUID) -> None:
    """Drop a removed method that its provider has let go."""
    await tx.run(FORGET, method_id)


async def methods_of(read: Read, account_id: UUID) -> list[UUID]:
    """Return a member's methods."""
    return [row["id"] for row in await read.rows(OF_ACCOUNT, account_id)]


async def forget_customers(tx: Tx, account_id: UUID) -> None:
    """Forget what providers call a member."""
    await tx.run(FORGET_CUSTOMERS, account_id)


def _method(row: Row | None) -> Method:
    if row is None:
        raise MethodNotFound
    return msgspec.convert(dict(row), Method)
