"""What nobody has proved stays unknown; what two operators decide can go back; what is told late does not undo what came after."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.payments.commands.decide import Decide, decide_payment
from skillhall.payments.commands.settle_news import receive
from skillhall.payments.flows.attempt import carry_out
from skillhall.payments.jobs.charges import ask_after_the_stale
from skillhall.payments.ports import News, PaymentFacts
from tests.kernel.serving import Site
from tests.learning.builders import People, outcome
from tests.payments.party import Party
from tests.payments.stall import thing
from tests.payments.test_charge_crashes import Running, ready
from tests.payments.test_charges import intent, state
from tests.support.hall import TestHall


@pytest.mark.parametrize("finds", [True, False])
async def test_no_trace_is_proof_only_where_one_would_be_found(
    stall: TestHall, party: Party, monkeypatch: pytest.MonkeyPatch, *, finds: bool
):
    async def nothing(_payment_id: UUID, _ref: str | None) -> None:
        """Nothing is found without a name."""

    by = await People(stall).person()
    payment_id, attempt_id = await ready(stall, by, await thing(stall, by))
    party.finds_unnamed = finds
    party.fails["create"] = ["lose"]
    monkeypatch.setattr(party, "retrieve", nothing)
    await carry_out(Running(stall), attempt_id)
    for _ in range(2):
        await stall.pool.execute("UPDATE payments.attempt SET sent_at = sent_at - interval '6 hours', next_check_at = now()")
        await stall.work(ask_after_the_stale)
        await stall.drain()
    ended = ("failed", ["failed"]) if finds else ("unknown", [])
    assert (await state(stall, payment_id), await stall.pool.fetchval("SELECT unpaid FROM stall")) == ended
    assert await stall.pool.fetchval("SELECT state FROM payments.attempt") == ended[0]


async def test_money_found_by_hand_has_a_name_and_can_go_back(stall: TestHall, party: Party):
    people = People(stall)
    by = await people.person()
    other_id, other_attempt = await ready(stall, by, await thing(stall, by))
    await carry_out(Running(stall), other_attempt)
    taken = await stall.pool.fetchval("SELECT ref FROM payments.payment WHERE id = $1", other_id)
    what = await thing(stall, by)
    payment_id, attempt_id = await ready(stall, by, what)
    party.fails = {"create": ["drop"], "retrieve": ["down"] * 9}
    await carry_out(Running(stall), attempt_id)
    assert await state(stall, payment_id) == "unknown"
    await stall.pool.execute("UPDATE stall SET state = 'gone' WHERE id = $1", what.id)
    await stall.pool.execute("UPDATE payments.attempt SET sent_at = sent_at - interval '73 hours' WHERE state <> 'succeeded'")
    staff = [Actor(account_id=(await people.person()).account_id, permissions=frozenset({"payout.decide"})) for _ in range(2)]

    async def decide(who: Actor, reference: str | None) -> str:
        said = Decide(outcome="succeeded", evidence="Their statement.", reference=reference)
        return await outcome(stall.run, decide_payment, who, payment_id, said)()

    assert [await decide(staff[0], reference) for reference in (None, taken, "ch_9")] == [
        "payments.reference_needed", "payments.reference_needed", "ok"
    ]  # fmt: skip
    assert await decide(staff[1], "ch_8") == "payments.decision_differs"
    assert await decide(staff[1], "ch_9") == "ok"
    assert await stall.pool.fetchrow("SELECT state, ref FROM payments.payment WHERE id = $1", payment_id) == ("succeeded", "ch_9")
    await stall.drain()
    assert await stall.pool.fetch("SELECT state FROM payments.refund") == [("succeeded",)]
    await stall.verify()


async def test_what_happened_before_is_told_after(stall: TestHall, party: Party, site: Site):
    by = await People(stall).person()
    view = (await intent(site, by, await thing(stall, by))).data
    now = stall.runner.house.clock.wall()
    opened = party.charges[view["paymentIntentId"]]
    asked = msgspec.structs.replace(opened, state="requires_action", action_url="http://bank.example/ask")
    declined = msgspec.structs.replace(opened, state="failed", failure="card_declined")

    async def told(facts: PaymentFacts, seconds: int) -> tuple[str, str | None]:
        news = News(id=str(ids.new()), kind="payment", at=now + timedelta(seconds=seconds), facts=facts)
        await stall.work(receive, "sandbox", news)
        [row] = await stall.pool.fetch("SELECT state, action_url FROM payments.payment")
        return row["state"], row["action_url"]

    assert await told(asked, 2) == ("requires_action", "http://bank.example/ask")
    assert await told(declined, 1) == ("requires_action", "http://bank.example/ask")
    assert (await told(declined, 3))[0] == "failed"
