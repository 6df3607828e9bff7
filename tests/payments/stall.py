"""A stall that sells things in tests: it fills `Payable` with rows and locks of its own, as any context above would."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks
from skillhall.kernel.refusals import Refused
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Lines, buy, fund
from skillhall.payments.api import Kept, Options, Part, Payable, Quote, QuoteLine, Returned, Source, Surplus
from tests.support.hall import TestHall

TABLE = """
CREATE TABLE IF NOT EXISTS stall (id uuid PRIMARY KEY, purpose text NOT NULL, price bigint NOT NULL, payer uuid NOT NULL,
    state text NOT NULL DEFAULT 'open', quotes int NOT NULL DEFAULT 0, unpaid text[] NOT NULL DEFAULT '{}')
"""
MINUTES = 15


class SoldOutForTest(Refused):
    """The thing is gone."""

    code = "test.sold_out"
    message = "Sold out."


@locks(30)
async def lock_thing(tx: Tx, thing_id: UUID) -> str:
    return await tx.value(sql("SELECT state FROM stall WHERE id = $1 FOR NO KEY UPDATE"), thing_id)


class Stall:
    """Sells credits (100 for any price) and bookings (which fill a hold of the thing's id)."""

    purposes = frozenset({"credits", "booking", "subscription"})

    async def quote(self, tx: Tx, by: Actor, asked: Subject, options: Options) -> Quote:
        await lock_thing(tx, asked.id)
        row = await tx.row(sql("UPDATE stall SET quotes = quotes + 1 WHERE id = $1 RETURNING purpose, price, state"), asked.id)
        assert row is not None
        if row["state"] != "open":
            raise SoldOutForTest
        amount = 0 if options.coupon_code == "FREE" else row["price"]
        return Quote(
            subject=Subject("stall", asked.id), payer_id=by.account_id, payee_id=None, title="A thing", amount=amount, asset="EUR",
            lines=(QuoteLine(text="A thing", quantity=1, net=amount),), expires_at=tx.now + timedelta(minutes=MINUTES),
            hold_id=asked.id if row["purpose"] == "booking" else None,
        )  # fmt: skip

    async def lock(self, tx: Tx, subject: Subject) -> None:
        await lock_thing(tx, subject.id)

    async def paid(self, tx: Tx, subject: Subject, source: Source) -> Kept | Surplus:
        row = await tx.row(sql("SELECT purpose, payer, state FROM stall WHERE id = $1"), subject.id)
        assert row is not None
        if row["state"] != "open":
            return Surplus(reason=row["state"])
        await tx.run(sql("UPDATE stall SET state = 'paid' WHERE id = $1"), subject.id)
        if row["purpose"] == "booking":
            lines = fund(subject.id, row["payer"], source.amount, "stall", subject.id, asset=source.asset, provider=source.account)
            return Kept(kind="fund", lines=lines)
        lines: Lines = buy(row["payer"], 100, source.amount, asset=source.asset, provider=source.account, provider_fee=source.fee)
        return Kept(kind="buy", lines=lines)

    async def unpaid(self, tx: Tx, subject: Subject, payment_id: UUID, why: str) -> None:
        await tx.run(sql("UPDATE stall SET unpaid = unpaid || $2::text WHERE id = $1"), subject.id, why)

    async def refundable(self, tx: Tx, by: Actor, subject: Subject, captured: int, returned: int) -> int:
        return captured - returned

    async def returned(self, tx: Tx, subject: Subject, part: Part) -> Returned:
        raise NotImplementedError


async def thing(hall: TestHall, payer: Actor, price: int = 2499, purpose: str = "credits") -> Subject:
    """Put a thing on the stall that this member may buy."""
    thing_id = ids.new()
    await hall.pool.execute(
        "INSERT INTO stall (id, purpose, price, payer) VALUES ($1, $2, $3, $4)", thing_id, purpose, price, payer.account_id
    )
    return Subject("package", thing_id)


@asynccontextmanager
async def open_stall(hall: TestHall) -> AsyncGenerator[Any]:
    """Let the stall be the only one that sells in this hall."""
    await hall.pool.execute(TABLE)
    ports = cast("dict[Any, Any]", hall.runner.house.ports)
    ports[Payable] = (Stall(),)
    yield
