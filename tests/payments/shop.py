"""A shop whose payments go back: packages of credits, work paid into a hold, plans. It fills `Payable` with the builders of the ledger."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast
from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Row, Tx, locks
from skillhall.kernel.shapes import Subject
from skillhall.ledger import api as ledger
from skillhall.payments.api import Kept, Options, Part, Payable, PaymentView, Providers, Quote, QuoteLine, Returned, Source, Surplus
from skillhall.payments.commands.apply import apply_payment
from skillhall.payments.commands.apply_chargeback import apply_chargeback
from skillhall.payments.commands.apply_refund import apply_refund
from skillhall.payments.commands.open_payment import open_payment
from skillhall.payments.commands.refund import RefundPayment, refund_payment
from skillhall.payments.model.refund_refusals import NotRefundable
from skillhall.payments.ports import ChargebackFacts, PaymentFacts, RefundFacts, RefundOrder
from skillhall.payments.queries.refunds import RefundView
from tests.learning.builders import INSERT_ACCOUNT, INSERT_PROFILE
from tests.payments.party import Party
from tests.support.hall import TestHall

TABLE = """
CREATE TABLE shop (id uuid PRIMARY KEY, purpose text NOT NULL, price bigint NOT NULL, payer uuid NOT NULL, payee uuid, freeze_key text,
    state text NOT NULL DEFAULT 'open')
"""
THING = sql("SELECT purpose, price, payer, payee, freeze_key, state FROM shop WHERE id = $1")
CREDITS, FEE_BP, TAX = 150, 1000, 399
USD = "USD"
BALANCES = """
SELECT a.kind, a.asset, b.amount FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id WHERE a.owner = $1 AND b.amount <> 0
"""
HOUSE = """
SELECT a.kind, sum(e.amount)::bigint AS amount FROM ledger.account a JOIN ledger.entry e ON e.account_id = a.id
WHERE a.owner = $1 AND a.asset = 'USD' GROUP BY a.kind HAVING sum(e.amount) <> 0
"""
SUMS = "SELECT captured, refunded, disputed, charged_back FROM payments.payment WHERE id = $1"
HELD = sql("SELECT remaining FROM ledger.public_hold WHERE id = $1")


@locks(30)
async def lock_thing(tx: Tx, thing_id: UUID) -> None:
    await tx.row(sql("SELECT FROM shop WHERE id = $1 FOR NO KEY UPDATE"), thing_id)


class Shop:
    """150 credits for any price; work of a payee, held in the hold of its id; a plan with 399 of tax in it."""

    purposes = frozenset({"credits", "booking", "subscription"})

    async def quote(self, tx: Tx, by: Actor, asked: Subject, options: Options) -> Quote:
        row = await self._row(tx, asked.id)
        is_work = row["purpose"] == "booking"
        lines = (QuoteLine(text="A thing", quantity=1, net=row["price"]),)
        return Quote(
            subject=Subject("thing", asked.id), payer_id=row["payer"], payee_id=row["payee"], title="A thing", amount=row["price"],
            asset=USD, lines=lines, fee=row["price"] // 10 if is_work else 0, hold_id=asked.id if is_work else None,
        )  # fmt: skip

    async def lock(self, tx: Tx, subject: Subject) -> None:
        await lock_thing(tx, subject.id)

    async def paid(self, tx: Tx, subject: Subject, source: Source) -> Kept | Surplus:
        row = await self._row(tx, subject.id)
        if row["state"] != "open":
            return Surplus(reason=row["state"])
        await tx.run(sql("UPDATE shop SET state = 'paid' WHERE id = $1"), subject.id)
        money = {"asset": source.asset, "provider": source.account, "provider_fee": source.fee}
        match row["purpose"]:
            case "booking":
                return Kept(kind="fund", lines=ledger.fund(subject.id, row["payer"], source.amount, "thing", subject.id, **money))
            case "credits":
                return Kept(kind="buy", lines=ledger.buy(row["payer"], CREDITS, source.amount, **money))
            case _:
                return Kept(kind="sale", lines=ledger.sale(source.amount, TAX, **money))

    async def unpaid(self, tx: Tx, subject: Subject, payment_id: UUID, why: str) -> None:
        pass

    async def refundable(self, tx: Tx, by: Actor, subject: Subject, captured: int, returned: int) -> int:
        row = await self._row(tx, subject.id)
        match row["purpose"]:
            case "credits":
                unspent = min((await ledger.balance(tx, row["payer"], "CREDIT")).bought, CREDITS)
                return captured * unspent // CREDITS
            case "booking" if by.account_id == row["payer"]:
                raise NotRefundable
            case _:
                return captured - returned

    async def returned(self, tx: Tx, subject: Subject, part: Part) -> Returned:
        row = await self._row(tx, subject.id)
        money = {"asset": part.asset, "provider": part.account}
        match row["purpose"], part.hold_id:
            case "credits", hold_id:
                count = CREDITS * part.amount // row["price"]
                if hold_id is None:
                    return Returned(lines=ledger.clawed_credits(part.payer_id, count, part.amount, **money))
                count = -(-CREDITS * part.amount // row["price"])
                aside = ledger.set_aside(hold_id, part.payer_id, count, "refund", part.payment_id, asset="CREDIT", account="wallet")
                return Returned(lines=aside, credits=count)
            case "booking", hold_id:
                return await self._work(tx, subject, part, row["payee"], row["freeze_key"])
            case _, None:
                return Returned(lines=ledger.clawed_sale(part.amount, TAX * part.amount // row["price"], **money))
            case _, hold_id:
                tax = TAX * part.amount // row["price"]
                return Returned(lines=ledger.unsold(hold_id, part.payer_id, part.amount, tax, part.payment_id, asset=USD))

    async def _work(self, tx: Tx, subject: Subject, part: Part, payee: UUID, frozen: str | None) -> Returned:
        fee = part.amount * FEE_BP // 10_000
        is_held = bool(await tx.value(HELD, subject.id))
        key = Subject("dispute", UUID(frozen)) if frozen else None
        if part.hold_id is None:
            if is_held:
                return Returned(lines=ledger.clawed_hold(subject.id, part.amount, part.account), freeze_key=key)
            return Returned(lines=ledger.clawed_work(payee, part.amount, fee, asset=USD, provider=part.account))
        if is_held:
            lines = ledger.moved(subject.id, part.hold_id, part.payer_id, part.amount, part.payment_id, asset=USD)
            return Returned(lines=lines, freeze_key=key)
        return Returned(lines=ledger.unearned(part.hold_id, part.payer_id, payee, part.amount, fee, part.payment_id, asset=USD))

    async def _row(self, tx: Tx, thing_id: UUID) -> Row:
        row = await tx.row(THING, thing_id)
        assert row is not None
        return row


class Desk(Party):
    """The party, with refunds that can fail. `says` is what the next calls answer; without one a refund succeeds."""

    def __init__(self) -> None:
        super().__init__()
        self.refunds: dict[UUID, RefundFacts] = {}
        self.says: list[str] = []
        self.sent: list[UUID] = []

    async def refund(self, order: RefundOrder) -> RefundFacts:
        said = self.says.pop(0) if self.says else "succeeded"
        self.sent.append(order.key)
        if said == "drop":
            return RefundFacts(ref="", state="unknown", amount=order.amount, asset=order.asset)
        state: Any = "succeeded" if said == "lose" else said
        facts = RefundFacts(
            ref=f"re_{order.key.hex}", state=state, amount=order.amount, asset=order.asset, payment_ref=order.ref,
            payment_id=order.payment_id, refund_id=order.key, failure="card_closed" if state == "failed" else "",
        )  # fmt: skip
        facts = self.refunds.setdefault(order.key, facts)
        return RefundFacts(ref="", state="unknown", amount=order.amount, asset=order.asset) if said == "lose" else facts

    async def retrieve_refund(self, order: RefundOrder, ref: str | None) -> RefundFacts | None:
        return self.refunds.get(order.key)


class Till:
    """What happens at the shop's till, in one hall."""

    def __init__(self, hall: TestHall, desk: Desk) -> None:
        self.hall, self.desk = hall, desk
        self.staff = Actor(account_id=ids.new(), permissions=frozenset({"account.read", "payout.decide"}))

    async def person(self) -> Actor:
        account_id = ids.new()
        await self.hall.pool.execute(INSERT_ACCOUNT, account_id, "Pat", "UTC")
        await self.hall.pool.execute(INSERT_PROFILE, ids.new(), account_id, "Pat")
        return Actor(account_id=account_id)

    async def opened(self, purpose: str, price: int = 2499, payee: Actor | None = None) -> tuple[Actor, PaymentView]:
        """Return a payer and their open payment of a thing."""
        payer, thing = await self.person(), ids.new()
        made = "INSERT INTO shop (id, purpose, price, payer, payee) VALUES ($1, $2, $3, $4, $5)"
        await self.hall.pool.execute(made, thing, purpose, price, payer.account_id, payee.account_id if payee else None)
        payment = await self.hall.run(open_payment, payer, purpose, Subject("thing", thing), Options())
        sent = "UPDATE payments.attempt SET state = 'sent', sent_at = now() WHERE payment_id = $1"
        await self.hall.pool.execute(sent, payment.id)
        return payer, payment

    async def come(self, payment: PaymentView, *, fee: int = 0) -> None:
        """Let the money come in."""
        facts = PaymentFacts(
            ref=f"ch_{payment.id.hex}", state="succeeded", payment_id=payment.id, captured=payment.amount.amount, asset=USD, fee=fee,
        )  # fmt: skip
        await self.hall.work(apply_payment, "sandbox", facts)

    async def paid(self, purpose: str, price: int = 2499, payee: Actor | None = None, *, fee: int = 0) -> tuple[Actor, PaymentView]:
        """Return a payer and a payment of theirs that has come in; some more has come in before, from others."""
        payer, payment = await self.opened(purpose, price, payee)
        await self.come(payment, fee=fee)
        return payer, payment

    async def settled(self, price: int = 1000) -> tuple[Actor, Actor, PaymentView]:
        """Return payer, payee, and a payment of work whose money the payee has earned."""
        payee = await self.person()
        payer, payment = await self.paid("booking", price, payee)
        lines = ledger.settle(payment.paid_id, payee.account_id, price, fee=price // 10)
        await self.post("settle", lines)
        return payer, payee, payment

    async def post(self, kind: str, lines: ledger.Lines) -> None:
        await self.hall.work(ledger.post, ledger.Transfer(id=ids.new(), kind=kind, subject=Subject("test", ids.new()), lines=lines))

    async def spend(self, payer: Actor, count: int, host: UUID | None = None) -> None:
        """Let the payer spend credits."""
        hold_id = ids.new()
        await self.post("hold", ledger.hold(hold_id, payer.account_id, count, "test", ids.NIL))
        await self.post("settle", ledger.settle(hold_id, host or ids.new(), count))

    async def refund(self, by: Actor, payment: PaymentView, amount: Any = None) -> RefundView:
        """Ask for money back."""
        return await self.hall.run(_refund, by, payment.id, RefundPayment(amount=amount, reason="too many"))

    async def chargeback(self, payment: PaymentView, amount: int | None = None, state: Any = "open", ref: str | None = None) -> Any:
        """Let the payer's bank say something."""
        facts = ChargebackFacts(
            ref=ref or f"cb_{payment.id.hex}", state=state, amount=amount or payment.amount.amount, asset=USD,
            payment_id=payment.id, fee=1500,
        )  # fmt: skip
        return await self.hall.work(apply_chargeback, "sandbox", facts)

    async def told(self, payment: PaymentView, amount: int, ref: str, state: Any = "succeeded", refund_id: UUID | None = None) -> Any:
        """Let the provider say something of a refund, by its own name for the payment."""
        facts = RefundFacts(ref=ref, state=state, amount=amount, asset=USD, payment_ref=f"ch_{payment.id.hex}", refund_id=refund_id)
        return await self.hall.work(apply_refund, "sandbox", facts)

    async def has(self, person: Actor) -> dict[str, int]:
        """Return what somebody has."""
        rows = await self.hall.pool.fetch(BALANCES, person.account_id)
        return {row["kind"] if row["asset"] == USD else f"{row['kind']} credits": row["amount"] for row in rows}

    async def house(self) -> dict[str, int]:
        """Return what the platform has in money."""
        return {row["kind"]: row["amount"] for row in await self.hall.pool.fetch(HOUSE, ids.NIL)}

    async def sums(self, payment: PaymentView) -> tuple[int, int, int, int]:
        """Return captured, refunded, disputed, charged back."""
        row = await self.hall.pool.fetchrow(SUMS, payment.id)
        assert row is not None
        return row["captured"], row["refunded"], row["disputed"], row["charged_back"]

    async def states(self, payment: PaymentView) -> Sequence[tuple[str, str, int]]:
        """Return why, state and amount of each refund, oldest first."""
        rows = await self.hall.pool.fetch("SELECT why, state, amount FROM payments.refund WHERE payment_id = $1 ORDER BY id", payment.id)
        return [tuple(row) for row in rows]


async def _refund(tx: Tx, by: Actor, payment_id: UUID, command: RefundPayment) -> RefundView:
    return await refund_payment(tx, by, payment_id, command, has_key=True)


@asynccontextmanager
async def open_till(hall: TestHall) -> AsyncGenerator[Till]:
    """Let the shop be the only one that sells in this hall."""
    await hall.pool.execute(TABLE)
    desk = Desk()
    ports = cast("dict[Any, Any]", hall.runner.house.ports)
    ports[Payable], ports[Providers] = (Shop(),), (Providers(desk),)
    yield Till(hall, desk)
