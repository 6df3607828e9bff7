"""The process dies at every point of a charge, and in every order of what follows it resolves: charged at most once, booked as charged."""

from typing import Any
from uuid import UUID

import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import balance
from skillhall.payments.api import cancel_open
from skillhall.payments.commands.attempt import begin
from skillhall.payments.commands.open_intent import OpenIntent, open_intent
from skillhall.payments.commands.open_payment import charge
from skillhall.payments.commands.settle_news import receive
from skillhall.payments.flows.attempt import carry_out
from skillhall.payments.jobs.charges import ask_after_the_stale
from skillhall.payments.ports import MethodFacts, News, Options
from skillhall.payments.store.methods import keep_method
from tests.learning.builders import People
from tests.payments.party import Killed, Party
from tests.payments.stall import thing
from tests.support.hall import TestHall

METHOD = MethodFacts(token="pm_ok", kind="card", customer="cu_1")


class Running:
    """Runs commands of a flow, and dies before the one whose number it is told."""

    def __init__(self, hall: TestHall, dies_before: int = 99) -> None:
        self.hall, self.left = hall, dies_before
        self.house = hall.runner.house

    async def run(self, work: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            raise Killed
        return await self.hall.work(work)


async def minute_passes(hall: TestHall) -> None:
    """Let what was sent be a minute old, and work off what follows."""
    await hall.pool.execute("UPDATE payments.attempt SET sent_at = sent_at - interval '61 seconds', next_check_at = now()")
    await hall.work(ask_after_the_stale)
    await hall.drain()


async def credits_of(hall: TestHall, by: Actor) -> int:
    return (await balance(await hall.read(), by.account_id, "CREDIT")).bought


async def ready(hall: TestHall, by: Actor, what: Subject) -> tuple[UUID, UUID]:
    """Have a stored method charged, up to the moment before the call; return the payment and its attempt."""
    method = await hall.work(keep_method, by.account_id, "sandbox", METHOD)
    payment_id = await hall.work(charge, by.account_id, "subscription", what, Options(), method.id)
    await hall.pool.execute("DELETE FROM kernel.delivery WHERE receiver = 'payments.charge_method'")
    return payment_id, await hall.pool.fetchval("SELECT id FROM payments.attempt WHERE payment_id = $1", payment_id)


@pytest.mark.parametrize("fails", ["die_before", "die", "drop", "lose", "dies 0", "dies 1"])
@pytest.mark.parametrize("told", [False, True])
async def test_a_charge_resolves(stall: TestHall, party: Party, fails: str, *, told: bool):
    by = await People(stall).person()
    payment_id, attempt_id = await ready(stall, by, await thing(stall, by))
    dies = fails.startswith("dies")
    if not dies:
        party.fails["create"] = [fails]
    running = Running(stall, int(fails[-1])) if dies else Running(stall)
    try:
        await carry_out(running, attempt_id)
    except Killed:
        pass
    else:
        assert fails in {"drop", "lose"}
    await carry_out(Running(stall), attempt_id)  # the delivery comes again at once
    if told and party.charges:  # the webhook comes before anybody asks
        for facts in party.charges.values():
            await stall.work(receive, "sandbox", News(id=str(ids.new()), kind="payment", facts=facts))
    await minute_passes(stall)
    await minute_passes(stall)
    assert await stall.pool.fetchval("SELECT state FROM payments.payment WHERE id = $1", payment_id) == "succeeded"
    assert await stall.pool.fetch("SELECT state FROM payments.attempt") == [("succeeded",)]
    assert (await credits_of(stall, by), party.captures) == (100, {payment_id: 1})
    await stall.verify()


async def test_what_never_arrived_ends_when_its_key_is_no_longer_safe(stall: TestHall, party: Party):
    by = await People(stall).person()
    what = await thing(stall, by)
    payment_id, attempt_id = await ready(stall, by, what)
    party.fails["create"], party.safe_seconds = ["die_before"], 30
    with pytest.raises(Killed):
        await carry_out(Running(stall), attempt_id)
    await minute_passes(stall)
    assert await stall.pool.fetchrow("SELECT state, failure FROM payments.payment") == ("failed", "It never reached the provider.")
    assert await stall.pool.fetchval("SELECT unpaid FROM stall") == ["failed"]
    opened = await stall.run(open_intent, by, OpenIntent(package_id=what.id))
    assert opened.id != payment_id
    await stall.verify()


async def test_what_was_given_up_is_not_sent_again(stall: TestHall, party: Party):
    by = await People(stall).person()
    what = await thing(stall, by)
    payment_id, attempt_id = await ready(stall, by, what)
    party.fails["create"] = ["die_before"]
    with pytest.raises(Killed):
        await carry_out(Running(stall), attempt_id)
    await stall.work(_cancelled, what)
    await minute_passes(stall)
    assert (party.calls, await stall.pool.fetchval("SELECT state FROM payments.payment")) == ([], "cancelled")
    assert await stall.pool.fetchval("SELECT state FROM payments.attempt") == "failed"
    assert await stall.work(begin, attempt_id) is None
    assert await stall.pool.fetchval("SELECT id FROM payments.payment") == payment_id
    await stall.verify()


async def _cancelled(tx: Any, what: Subject) -> None:
    await cancel_open(tx, Subject("stall", what.id), "gone")
