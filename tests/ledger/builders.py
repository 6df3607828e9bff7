"""People with credits, and postings one after the other, for the tests of the ledger."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

import msgspec

from skillhall.kernel import ids
from skillhall.kernel.db.statement import Statement
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import CREDIT
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Lines, Posted, Transfer, hold, post
from skillhall.ledger.model.transfer import LedgerRules, Line, Mode, opening
from tests.support.hall import TestHall

T = TypeVar("T")
SUBJECT = Subject("test", ids.NIL)
BALANCES = Statement("""
    SELECT a.owner, a.kind, b.amount FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id WHERE b.amount <> 0
""")
PLATFORM = Statement("""
    SELECT a.kind, sum(e.amount)::bigint FROM ledger.account a JOIN ledger.entry e ON e.account_id = a.id
    WHERE a.owner = '00000000-0000-0000-0000-000000000000' GROUP BY a.kind HAVING sum(e.amount) <> 0
""")
INSERT_ACCOUNT = """
    INSERT INTO identity.account (id, email, email_verified, display_name, timezone, locale, state, abilities, origin, created_at)
    VALUES ($1, $1::uuid::text || '@example.org', true, 'Ada Example', 'UTC', 'en', $2, '{}', 'test', now())
"""


def in_mode(tx: Tx, mode: Mode) -> Tx:
    """Let this transaction's house run in another mode."""
    tx.house = msgspec.structs.replace(tx.house, settings={**tx.house.settings, LedgerRules: LedgerRules(mode=mode)})
    return tx


def again(tx: Tx) -> Tx:
    """Let the transaction post once more, as if it were the next one."""
    tx.has_posted = False
    tx._rank = (0, 0)  # pyright: ignore[reportPrivateUsage]
    return tx


def a_transfer(kind: str, lines: Lines, *, transfer_id: UUID | None = None, key: Subject | None = None) -> Transfer:
    return Transfer(id=transfer_id or ids.new(), kind=kind, subject=SUBJECT, lines=lines, freeze_key=key)


async def posting(tx: Tx, kind: str, lines: Lines, *, transfer_id: UUID | None = None, key: Subject | None = None) -> Posted:
    """Post in a savepoint, so that a refusal leaves nothing behind."""
    async with again(tx).savepoint():
        return await post(tx, a_transfer(kind, lines, transfer_id=transfer_id, key=key))


async def a_member(tx: Tx, *, wallet: int = 0, granted: int = 0, earnings: int = 0, asset: str = CREDIT) -> UUID:
    """Return somebody with these balances."""
    account_id = ids.new()
    if wallet or granted or earnings:
        await posting(tx, "opening", opening(account_id, wallet=wallet, granted=granted, earnings=earnings, asset=asset))
    return account_id


async def a_hold(tx: Tx, payer: UUID, amount: int) -> UUID:
    """Return an open hold."""
    hold_id = ids.new()
    await posting(tx, "hold", hold(hold_id, payer, amount, "test", ids.NIL))
    return hold_id


async def owe(tx: Tx, account_id: UUID, amount: int) -> None:
    """Let somebody owe credits, as a chargeback of spent ones would."""
    await posting(tx, "clawback", (
        Line(account="debt", amount=-amount, owner=account_id, asset=CREDIT),
        Line(account="issuance", amount=amount, owner=ids.NIL, asset=CREDIT),
    ))  # fmt: skip


async def has(tx: Tx, account_id: UUID) -> dict[str, int]:
    """Return what somebody has, by kind of account, zeros left out."""
    return {row["kind"]: row["amount"] for row in await tx.rows(BALANCES) if row["owner"] == account_id}


async def platform(tx: Tx) -> dict[str, int]:
    """Return the platform's sums by kind of account, zeros left out."""
    return {row["kind"]: row["sum"] for row in await tx.rows(PLATFORM)}


async def rich(hall: TestHall, count: int, amount: int) -> list[UUID]:
    """Return people with `amount` bought credits each."""
    people = [ids.new() for _ in range(count)]
    await hall.work(post, a_transfer("opening", tuple(line for account_id in people for line in opening(account_id, wallet=amount))))
    return people


async def an_account(on: "Tx | TestHall", *, state: str = "active") -> UUID:
    """Write an account of identity."""
    account_id = ids.new()
    if isinstance(on, Tx):
        await on.run(Statement(INSERT_ACCOUNT), account_id, state)
    else:
        await on.pool.execute(INSERT_ACCOUNT, account_id, state)
    return account_id


def outcome(work: Callable[..., Awaitable[T]], *args: object) -> Callable[[], Awaitable[T | str]]:
    """Return a call that answers the work's answer, or the code of its refusal."""

    async def call() -> T | str:
        try:
            return await work(*args)
        except Refusal as refused:
            return refused.code

    return call
