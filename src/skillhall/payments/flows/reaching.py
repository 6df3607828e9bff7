"""What another context has opened a payment for: it is brought to its provider, so that its payer can go on."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.db.tx import House, Tx
from skillhall.kernel.http import Call
from skillhall.kernel.shapes import Subject
from skillhall.payments.commands.confirm import Confirm, confirm, reach
from skillhall.payments.commands.open_payment import open_payment
from skillhall.payments.flows.attempt import carry_out
from skillhall.payments.flows.paying import finish
from skillhall.payments.ports import Options
from skillhall.payments.queries.views import PaymentView, payment_view
from skillhall.payments.quote import Purpose

T = TypeVar("T")


class _Acting(Struct, frozen=True):
    """Somebody who pays without a request."""

    runner: Runner
    by: Actor

    @property
    def house(self) -> House:
        return self.runner.house

    async def run(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        return await self.runner.run(work, actor=self.by)


async def bring_to_provider(call: Call, payment_id: UUID) -> PaymentView:
    """Bring the caller's payment to its provider unless it is there, and return it with what its payer needs there."""
    reached = await call.act(reach, payment_id)
    await finish(call, reached.attempt_id)
    return await payment_view(call.read, payment_id, call.by)


async def pay_at_sandbox(runner: Runner, payer_id: UUID, purpose: Purpose, asked: Subject, token: str = "tok_ok") -> PaymentView:  # noqa: S107 - a token of the sandbox's bank, and no secret
    """Pay for something as its payer, with one of the tokens of the sandbox's bank, and return what came of it."""
    acting = _Acting(runner, Actor(account_id=payer_id))
    payment = await acting.run(lambda tx: open_payment(tx, acting.by, purpose, asked, Options(), provider="sandbox"))
    reached = await acting.run(lambda tx: reach(tx, acting.by, payment.id))
    if reached.attempt_id is not None:
        await carry_out(acting, reached.attempt_id)
    charged = await acting.run(lambda tx: confirm(tx, acting.by, payment.id, Confirm(payment_method_id=token)))
    if charged.attempt_id is not None:
        await carry_out(acting, charged.attempt_id)
    return await payment_view(await runner.read(), payment.id, acting.by)
