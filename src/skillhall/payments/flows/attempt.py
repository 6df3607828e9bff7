"""Carry an attempt out: note it, call the provider, apply the answer. Killed anywhere in between it is found and asked after.

Between prepared and sent nothing has left the house. From sent on the provider may have it: then it is asked, and only what it has
never had is sent again, with the same key, while that is still the same call to it. A charge that is not found where it would not be
found anyhow stays unknown.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import House, Tx
from skillhall.kernel.http import Call
from skillhall.payments.commands.attempt import Step, answer, begin
from skillhall.payments.model.refusals import NoProvider
from skillhall.payments.ports import PaymentFacts, Provider, Providers

T = TypeVar("T")


class Running(Protocol):
    """What runs commands: a request, or a job that calls an outside party."""

    @property
    def house(self) -> House:
        """Configuration, clocks, settings and ports."""
        ...

    async def run(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run a command in a transaction of its own."""
        ...


class Calling(Struct, frozen=True):
    """A request as it runs commands between calls to a provider: as its caller, or as `by`."""

    call: Call
    by: Actor | None = None

    @property
    def house(self) -> House:
        """Configuration, clocks, settings and ports."""
        return self.call.runner.house

    async def run(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run a command in a transaction of its own."""
        return await self.call.runner.run(work, actor=self.by or self.call.by, facts=self.call.facts)


async def carry_out(running: Running, attempt_id: UUID | None) -> bool:
    """Make the call of an attempt, or ask what became of it; False when it has its answer or is on its way, or there is none."""
    if attempt_id is None:
        return False
    step = await running.run(lambda tx: begin(tx, attempt_id))
    if step is None:
        return False
    party = provider_of(running.house, step.provider)
    facts = await (_sent(party, step) if step.verb == "send" else _asked(party, step, running.house))
    await running.run(lambda tx: answer(tx, step.attempt, step.provider, facts))
    return True


def provider_of(house: House, name: str) -> Provider:
    """Return the party that a payment was opened at; refuses when it is set up no more."""
    party: Provider | None = house.ports[Providers][0].by_name.get(name)
    if party is None:
        raise NoProvider(provider=name)
    return party


async def _sent(party: Provider, step: Step) -> PaymentFacts:
    return await (party.confirm(step.order) if step.attempt.verb == "confirm" else party.create(step.order))


async def _asked(party: Provider, step: Step, house: House) -> PaymentFacts | None:
    facts = await party.retrieve(step.order.payment_id, step.order.ref)
    if step.attempt.has_arrived(facts):
        return facts
    if step.is_wanted and step.attempt.may_be_resent(house.clock.wall(), party.safe_seconds):
        return await _sent(party, step)
    if step.order.ref or party.finds_unnamed or not step.attempt.is_charging:
        return None
    return PaymentFacts(ref="", state="unknown")
