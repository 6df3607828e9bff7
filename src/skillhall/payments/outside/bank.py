"""What the sandbox bank does, each in one transaction of its own. Whatever changes there is told to us as an event, as a bank would."""

from datetime import timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.payments.model.sandbox import (
    ANSWER_WITHIN_DAYS,
    CHARGEBACK_FEE,
    PAYOUT_FAILURES,
    BankCannot,
    BankChargeback,
    BankPayout,
    BankRefund,
    Charge,
    NotAtTheBank,
    TellNews,
    charge_facts,
    chargeback_facts,
    charged,
    customer_of,
    declined,
    given_up,
    kept,
    payout_facts,
    refund_facts,
    taken,
)
from skillhall.payments.ports import Facts, Movement, MovementKind, Order, PayoutOrder
from skillhall.payments.store import sandbox as books

SILENT: Final = frozenset({"tok_timeout", "ba_timeout", "tok_refund_timeout"})


class Bank:
    """The bank in one transaction; `told` are the events it has written there."""

    def __init__(self, tx: Tx) -> None:
        """Begin with nothing told."""
        self.tx = tx
        self.told: list[str] = []

    def page(self, ref: str) -> str:
        """Return where the payer pays a charge."""
        return f"{self.tx.house.config.base_url}/dev/pay/{ref}"

    async def charge(self, ref: str) -> Charge:
        """Return a locked charge, or refuse."""
        found = await books.lock_charge(self.tx, ref)
        if found is None:
            raise NotAtTheBank
        return found

    async def open(self, order: Order) -> Charge:
        """Return the charge of this order, locked; made now unless its key has one."""
        ref = f"sbx_ch_{ids.derived('sandbox charge', order.key).hex}"
        await books.insert_charge(
            self.tx,
            Charge(
                ref=ref, key=order.key, payment_id=order.payment_id, amount=order.amount, asset=order.asset, title=order.title,
                return_url=order.return_url, is_captured=order.is_captured, booked_asset=order.asset, created_at=self.tx.wall,
                customer=(order.customer or customer_of(order.payer_id)) if order.keeps_method and order.payer_id else None,
            ),
        )  # fmt: skip
        return await self.charge(ref)

    async def pay(self, before: Charge, behaves: str, method: str | None = None) -> Charge:
        """Charge a method that `behaves` so; `method` is its name where it is kept here."""
        after = charged(before, behaves)
        return await self._now(before, before if after == before else replace(after, method=method), is_silent=behaves in SILENT)

    async def take(self, before: Charge, amount: int | None = None, asset: str | None = None, *, is_silent: bool = False) -> Charge:
        """Take the money, whatever the charge was before."""
        if before.captured:
            raise BankCannot(event="succeed", status=before.state)
        return await self._now(before, taken(before, amount, asset), is_silent=is_silent)

    async def decline(self, before: Charge, failure: str = "card_declined") -> Charge:
        """Decline the method."""
        return await self._now(before, declined(before, failure))

    async def ask(self, before: Charge) -> Charge:
        """Let the payer's bank ask something first."""
        return await self._now(before, charged(before, "tok_action"))

    async def give_up(self, before: Charge) -> Charge:
        """Cancel the charge unless the money is taken."""
        return await self._now(before, given_up(before))

    async def left(self, charge: Charge) -> int:
        """Return how much of a locked charge has not gone back, or refuse when there is nothing."""
        left = await books.left_of(self.tx, charge.ref)
        if not left:
            raise BankCannot(event="refund", status="given back" if charge.captured else charge.state)
        return left

    async def refund(self, charge: Charge, amount: int, key: UUID | None) -> BankRefund:
        """Send money of a locked charge back; the same key is the same refund. More than there is fails."""
        if key is not None and (known := await books.find_refund(self.tx, key=key)) is not None:
            return known
        new = BankRefund(
            ref=f"sbx_re_{ids.new().hex}", key=key, charge_ref=charge.ref, amount=amount, asset=charge.booked_asset, state="succeeded",
            created_at=self.tx.wall,
        )  # fmt: skip
        if amount > await books.left_of(self.tx, charge.ref):
            new = replace(new, state="failed", failure="amount_too_large")
        elif charge.behaves == "tok_refund_fail":
            new = replace(new, state="failed", failure="expired_or_canceled_card")
        elif charge.behaves == "tok_refund_slow":
            new = replace(new, state="processing")
        await books.insert_refund(self.tx, new)
        return await self._refunded(charge, new, is_silent=key is not None and charge.behaves in SILENT)

    async def end_refund(self, ref: str, state: Literal["succeeded", "failed"]) -> BankRefund:
        """Say how a refund that is processing ends."""
        found = await books.find_refund(self.tx, ref=ref)
        if found is None:
            raise NotAtTheBank
        charge = await self.charge(found.charge_ref)
        found = await books.find_refund(self.tx, ref=ref) or found
        if found.state != "processing":
            raise BankCannot(event=state, status=found.state)
        ended = replace(found, state=state, failure="" if state == "succeeded" else "expired_or_canceled_card")
        await books.save_refund(self.tx, ended)
        return await self._refunded(charge, ended, is_silent=False)

    async def charge_back(self, charge: Charge, amount: int | None = None) -> BankChargeback:
        """Take money of a locked charge back, as the payer's bank does."""
        left = await books.left_of(self.tx, charge.ref)
        wanted = left if amount is None else amount
        if not 0 < wanted <= left:
            raise BankCannot(event="chargeback", status=charge.state)
        new = BankChargeback(
            ref=f"sbx_cb_{ids.new().hex}", charge_ref=charge.ref, amount=wanted, asset=charge.booked_asset, fee=CHARGEBACK_FEE,
            state="open", created_at=self.tx.wall,
        )  # fmt: skip
        await books.insert_chargeback(self.tx, new)
        await self._move("chargeback", -wanted, new.asset, new.ref, charge.payment_id, fee=CHARGEBACK_FEE)
        answer_by = self.tx.wall + timedelta(days=ANSWER_WITHIN_DAYS)
        await self._tell(charge.ref, "chargeback.open", chargeback_facts(new, charge, answer_by))
        return new

    async def end_chargeback(self, charge: Charge, state: Literal["won", "lost"]) -> BankChargeback:
        """Decide the open chargeback of a locked charge: won, the money comes back."""
        found = await books.find_open_chargeback(self.tx, charge.ref)
        if found is None:
            raise BankCannot(event=f"chargeback_{state}", status=charge.state)
        ended = replace(found, state=state)
        await books.save_chargeback(self.tx, ended)
        if state == "won":
            await self._move("chargeback_won", ended.amount, ended.asset, ended.ref, charge.payment_id)
        await self._tell(charge.ref, f"chargeback.{state}", chargeback_facts(ended, charge, None))
        return ended

    async def pay_out(self, order: PayoutOrder) -> BankPayout:
        """Send money to a destination; the same key is the same payout."""
        new = BankPayout(
            ref=f"sbx_po_{ids.derived('sandbox payout', order.key).hex}", key=order.key, amount=order.amount, asset=order.asset,
            destination=order.destination, state="processing", created_at=self.tx.wall,
        )  # fmt: skip
        if not await books.insert_payout(self.tx, new):
            return await self.payout(new.ref)
        if failure := PAYOUT_FAILURES.get(order.destination):
            return await self._paid_out(replace(new, state="failed", failure=failure))
        if order.destination == "ba_slow":
            await self._tell(new.ref, "payout.processing", payout_facts(new))
            return new
        paid = await self._paid_out(replace(new, state="paid"), is_silent=order.destination in SILENT)
        if order.destination == "ba_return":
            await self._paid_out(replace(new, state="returned", failure="returned_by_bank"))
        return paid

    async def payout(self, ref: str) -> BankPayout:
        """Return a locked payout, or refuse."""
        found = await books.lock_payout(self.tx, ref=ref)
        if found is None:
            raise NotAtTheBank
        return found

    async def end_payout(self, ref: str, state: Literal["paid", "failed", "returned"]) -> BankPayout:
        """Say how a payout ends: one that is processing is paid or fails, one that is paid comes back."""
        found = await self.payout(ref)
        if found.state != ("paid" if state == "returned" else "processing"):
            raise BankCannot(event=state, status=found.state)
        failure = {"paid": "", "failed": "account_closed", "returned": "returned_by_bank"}[state]
        return await self._paid_out(replace(found, state=state, failure=failure))

    async def tell_again(self, ref: str) -> None:
        """Tell everything of one thing once more, the newest first."""
        for event_id in await books.events_of(self.tx, ref):
            self.tx.enqueue(TellNews(event_id=event_id))
            self.told.append(event_id)

    def tell_more(self, times: int) -> None:
        """Tell each event of this transaction so many times more."""
        for event_id in self.told * times:
            self.tx.enqueue(TellNews(event_id=event_id))

    async def _now(self, before: Charge, after: Charge, *, is_silent: bool = False) -> Charge:
        if after == before:
            return after
        if after.captured and not before.captured:
            after = kept(after)
            if after.method and after.customer:
                await books.insert_method(self.tx, after.method, after.customer, after.behaves)
        await books.save_charge(self.tx, after)
        if after.captured and not before.captured:
            await self._move("charge", after.captured, after.booked_asset, after.ref, after.payment_id, fee=after.fee or 0)
        if not is_silent:
            await self._tell(after.ref, f"payment.{after.state}", charge_facts(after, self.page(after.ref)))
        if after.captured and not before.captured and after.behaves == "tok_dispute":
            await self.charge_back(after)
        return after

    async def _refunded(self, charge: Charge, refund: BankRefund, *, is_silent: bool) -> BankRefund:
        if refund.state == "succeeded":
            await self._move("refund", -refund.amount, refund.asset, refund.ref, refund.key)
        if not is_silent:
            await self._tell(charge.ref, f"refund.{refund.state}", refund_facts(refund, charge))
        return refund

    async def _paid_out(self, payout: BankPayout, *, is_silent: bool = False) -> BankPayout:
        await books.save_payout(self.tx, payout)
        if payout.state == "paid":
            await self._move("payout", -payout.amount, payout.asset, payout.ref, payout.key)
        elif payout.state == "returned":
            await self._move("payout_returned", payout.amount, payout.asset, payout.ref, payout.key)
        if not is_silent:
            await self._tell(payout.ref, f"payout.{payout.state}", payout_facts(payout))
        return payout

    async def _move(self, kind: MovementKind, amount: int, asset: str, ref: str, our_id: UUID | None, fee: int = 0) -> None:
        number = f"sbx_mv_{ids.new().hex}"
        line = Movement(id=number, kind=kind, amount=amount, fee=fee, asset=asset, at=self.tx.wall, ref=ref, our_id=our_id)
        await books.insert_movement(self.tx, line)

    async def _tell(self, ref: str, kind: str, facts: Facts) -> None:
        event_id = f"sbx_ev_{ids.new().hex}"
        body = msgspec.json.encode({"id": event_id, "kind": kind, "at": self.tx.wall, "facts": facts})
        await books.insert_event(self.tx, event_id, ref, body)
        self.tx.enqueue(TellNews(event_id=event_id))
        self.told.append(event_id)
