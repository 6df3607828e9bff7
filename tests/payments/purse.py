"""Hosts with earnings, and a party that pays them out: reliable, slow, lossy or deadly, as a test wants it. It keeps a statement."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

import msgspec

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.money import Money
from skillhall.ledger.api import balance
from skillhall.payments.api import Payable, Providers
from skillhall.payments.commands.apply_payout import apply_payout
from skillhall.payments.commands.pay_out import RequestPayout, request_payout
from skillhall.payments.commands.payout_accounts import DecideIdentity, SetPayoutAccount, decide_identity, set_payout_account
from skillhall.payments.flows.reconcile import reconcile
from skillhall.payments.ports import Movement, PayoutFacts, PayoutOrder, RefundFacts, RefundOrder
from skillhall.payments.queries.payouts import PayoutView, payout_view
from skillhall.payments.queries.reconciliations import ReconciledView, reconciled
from tests.learning.builders import INSERT_ACCOUNT, INSERT_PROFILE
from tests.payments.party import Killed
from tests.payments.shop import TABLE, USD, Desk, Shop, Till
from tests.support.hall import TestHall

WEEK = timedelta(days=8)


class Bank(Desk):
    """The desk, which also pays out and keeps a statement. `will` is what the next payouts come to; without one they are paid.

    lose: paid, and the answer is lost; drop: never arrives; die, die_before: our process dies after, or before the call.
    """

    pays_out = frozenset({"bank_transfer", "paypal"})

    def __init__(self) -> None:
        super().__init__()
        self.will: list[str] = []
        self.payouts: dict[UUID, PayoutFacts] = {}
        self.moves: list[Movement] = []
        self.is_down = False

    async def payout(self, order: PayoutOrder) -> PayoutFacts:
        said = self.will.pop(0) if self.will else "paid"
        lost = PayoutFacts(ref="", state="unknown")
        if said == "die_before":
            raise Killed
        if said == "drop":
            return lost
        state: Any = "paid" if said in {"lose", "die"} else said
        self.sent.append(order.key)
        if order.key not in self.payouts:
            self.payouts[order.key] = PayoutFacts(
                ref=f"po_{order.key.hex}", state=state, amount=order.amount, asset=order.asset, payout_id=order.key,
                failure="account_closed" if state == "failed" else "",
            )  # fmt: skip
            if state == "paid":
                self.move("payout", -order.amount, ref=f"po_{order.key.hex}", our_id=order.key)
        if said == "die":
            raise Killed
        return lost if said == "lose" else self.payouts[order.key]

    async def retrieve_payout(self, payout_id: UUID, ref: str | None) -> PayoutFacts | None:
        if self.will and self.will[0] == "silent":
            return PayoutFacts(ref="", state="unknown")
        return next((facts for facts in self.payouts.values() if payout_id == facts.payout_id or ref == facts.ref), None)

    def ends(self, payout_id: UUID, state: Any) -> PayoutFacts:
        """Let a payout end otherwise than it looked, and return the news of it."""
        facts = self.payouts[payout_id] = msgspec.structs.replace(self.payouts[payout_id], state=state)
        if state == "returned":
            self.move("payout_returned", facts.amount, ref=facts.ref, our_id=payout_id)
        return facts

    def move(self, kind: Any, amount: int, *, fee: int = 0, ref: str = "", our_id: UUID | None = None, days_ago: int = 0) -> None:
        """Write a line of the statement."""
        at = datetime.now(UTC) - timedelta(days=days_ago)
        line = Movement(id=f"mv_{len(self.moves)}", kind=kind, amount=amount, fee=fee, asset=USD, at=at, ref=ref, our_id=our_id)
        self.moves.append(line)

    async def retrieve_refund(self, order: RefundOrder, ref: str | None) -> RefundFacts | None:
        return next((facts for key, facts in self.refunds.items() if key == order.key or facts.ref == ref), None)

    async def statement(self, day: date) -> Sequence[Movement]:
        if self.is_down:
            raise TimeoutError("no answer")
        since = datetime.combine(day, time(), UTC)
        return [one for one in self.moves if since <= one.at < since + timedelta(days=1)]


class Purse(Till):
    """The till, and what hosts do with what they have earned there."""

    def __init__(self, hall: TestHall, bank: Bank) -> None:
        super().__init__(hall, bank)
        self.bank = bank
        self.checker = Actor(account_id=ids.new(), permissions=frozenset({"payout.decide"}))

    async def person(self) -> Actor:
        account_id = ids.new()
        await self.hall.pool.execute(INSERT_ACCOUNT, account_id, "Pat", "UTC")
        await self.hall.pool.execute(INSERT_PROFILE, ids.new(), account_id, "Pat")
        return Actor(account_id=account_id, email_verified=True)

    async def come(self, payment: Any, *, fee: int = 0) -> None:
        await super().come(payment, fee=fee)
        self.bank.move("charge", payment.amount.amount, fee=fee, ref=f"ch_{payment.id.hex}", our_id=payment.id)

    async def host(self, earned: int = 900, *, is_old: bool = True, schedule: Any = "manual", **account: Any) -> Actor:
        """Return a verified host who has earned so much, long enough ago to be paid out."""
        _, host, _ = await self.settled(earned * 10 // 9)
        await self.destination(host, schedule=schedule, **account)
        if is_old:
            await self.hall.advance(WEEK)
        return host

    async def destination(self, host: Actor, *, schedule: Any = "manual", **account: Any) -> None:
        """Have a host say where the money goes, and staff verify who that is."""
        body = {"kind": "bank_transfer", "destination": "ba_ok", "currency": USD, "schedule": schedule, **account}
        await self.hall.run(set_payout_account, host, msgspec.convert(body, SetPayoutAccount))
        asked = "UPDATE payments.payout_account SET kyc = 'pending', next_payout_at = NULL WHERE account_id = $1"
        await self.hall.pool.execute(asked, host.account_id)
        await self.hall.run(decide_identity, self.checker, host.account_id, DecideIdentity(status="verified", reason="A passport."))

    async def ask(self, host: Actor, amount: int | None = None) -> PayoutView:
        """Have a host withdraw."""
        return await self.hall.run(request_payout, host, RequestPayout(amount=None if amount is None else Money(amount, USD)))

    async def payout(self, host: Actor, made: PayoutView) -> PayoutView:
        """Return a payout as it is now."""
        return await payout_view(await self.hall.read(), made.id, host)

    async def told_payout(self, facts: PayoutFacts) -> None:
        """Let the provider say something of a payout."""
        await self.hall.work(apply_payout, "sandbox", facts)

    async def earnings(self, host: Actor) -> tuple[int, int]:
        """Return what a host has of earnings, and what is set aside."""
        has = await balance(await self.hall.read(), host.account_id, USD)
        return has.earnings, has.held

    async def reconciled(self, days_ago: int = 0) -> ReconciledView:
        """Compare a day."""
        day = (datetime.now(UTC) - timedelta(days=days_ago)).date()
        found = await reconcile(self.hall.runner, self.checker, self.bank, day)
        return await reconciled(await self.hall.read(), found)


@asynccontextmanager
async def open_purse(hall: TestHall) -> AsyncGenerator[Purse]:
    """Let the shop sell and the bank pay out in this hall."""
    await hall.pool.execute(TABLE)
    bank = Bank()
    ports = cast("dict[Any, Any]", hall.runner.house.ports)
    ports[Payable], ports[Providers] = (Shop(),), (Providers(bank),)
    yield Purse(hall, bank)
