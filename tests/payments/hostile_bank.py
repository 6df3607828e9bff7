"""The sandbox's bank behind a line on which everything goes wrong that can; by seed."""

from collections.abc import Awaitable, Callable
from datetime import date
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from skillhall.kernel.db.runner import Runner
from skillhall.payments.outside.sandbox import Sandbox
from skillhall.payments.ports import Movement, Order, PaymentFacts, PayoutFacts, PayoutOrder, RefundFacts, RefundOrder

T = TypeVar("T")


class Died(Exception):
    """The process died here, as far as the caller can tell."""


class HostileBank(Sandbox):
    """Calls never arrive, are carried out and not answered, or kill who makes them; news comes late, twice, or never."""

    def __init__(self, runner: Runner) -> None:
        super().__init__(runner.house.config, runner)
        self.chance = Random(0)
        self.is_kind = True
        self.said: list[str] = []
        self.drawer: list[str] = []

    async def create(self, order: Order) -> PaymentFacts:
        return await self._over(lambda: Sandbox.create(self, order), _unknown(order))

    async def confirm(self, order: Order) -> PaymentFacts:
        return await self._over(lambda: Sandbox.confirm(self, order), _unknown(order))

    async def cancel(self, order: Order) -> PaymentFacts:
        return await self._over(lambda: Sandbox.cancel(self, order), _unknown(order))

    async def retrieve(self, payment_id: UUID, ref: str | None) -> PaymentFacts | None:
        lost = PaymentFacts(ref=ref or "", state="unknown", payment_id=payment_id)
        return await self._over(lambda: Sandbox.retrieve(self, payment_id, ref), lost)

    async def refund(self, order: RefundOrder) -> RefundFacts:
        lost = RefundFacts(ref="", state="unknown", amount=order.amount, asset=order.asset, refund_id=order.key)
        return await self._over(lambda: Sandbox.refund(self, order), lost)

    async def retrieve_refund(self, order: RefundOrder, ref: str | None) -> RefundFacts | None:
        lost = RefundFacts(ref="", state="unknown", amount=order.amount, asset=order.asset, refund_id=order.key)
        return await self._over(lambda: Sandbox.retrieve_refund(self, order, ref), lost)

    async def payout(self, order: PayoutOrder) -> PayoutFacts:
        return await self._over(lambda: Sandbox.payout(self, order), PayoutFacts(ref="", state="unknown", payout_id=order.key))

    async def retrieve_payout(self, payout_id: UUID, ref: str | None) -> PayoutFacts | None:
        lost = PayoutFacts(ref="", state="unknown", payout_id=payout_id)
        return await self._over(lambda: Sandbox.retrieve_payout(self, payout_id, ref), lost)

    async def statement(self, day: date) -> Any:
        moves = await super().statement(day)
        if self.is_kind or self.chance.random() < 0.5:
            return moves
        return self._shuffled(moves)

    async def told(self, event_id: str) -> bytes:
        """Tell this event, or an older one instead, or one that was kept back; what is kept back may never be told."""
        self.said.append(event_id)
        roll = self.chance.random()
        if not self.is_kind and roll < 0.15:
            event_id = self.chance.choice(self.said[-20:])  # this one is lost, another one comes twice
        elif not self.is_kind and roll < 0.4:
            self.drawer.append(event_id)
            event_id = self.drawer.pop(self.chance.randrange(len(self.drawer)))
        return await super().told(event_id)

    def _shuffled(self, moves: Any) -> list[Movement]:
        """Leave some out that come on a later statement, in any order."""
        kept = [one for one in moves if self.chance.random() < 0.8]
        self.chance.shuffle(kept)
        return kept

    async def _over(self, call: Callable[[], Awaitable[T]], lost: T) -> T:
        roll = 1.0 if self.is_kind else self.chance.random()
        if roll < 0.08:
            return lost
        if roll < 0.11:
            raise Died
        answer = await call()
        if roll < 0.15:
            raise Died
        return lost if roll < 0.25 else answer


def _unknown(order: Order) -> PaymentFacts:
    return PaymentFacts(ref=order.ref or "", state="unknown", payment_id=order.payment_id)
