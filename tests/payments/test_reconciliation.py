"""Books and statements: what was not heard is applied, what is unknown kept apart, and no minor unit is left without a cause."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from skillhall.kernel import ids
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import settle
from skillhall.payments.api import Providers, pay_at_sandbox, reconcile
from skillhall.payments.jobs.payouts import reconcile_ended_days
from skillhall.payments.model.payout_refusals import ReconciliationNotFound
from skillhall.payments.ports import RefundFacts
from skillhall.payments.queries.reconciliations import ReconciledView, ReconciliationQuery, days_to_reconcile, reconciled, reconciliations
from tests.payments.purse import Purse, open_purse
from tests.payments.shop import USD
from tests.support.hall import TestHall


@pytest.fixture
async def purse(hall: TestHall) -> AsyncGenerator[Purse]:
    async with open_purse(hall) as opened:
        yield opened
    await hall.verify()


def causes(found: ReconciledView) -> list[str]:
    return sorted(one.cause for one in found.differences)


def clean(found: ReconciledView) -> bool:
    return found.is_clean and all(total.unexplained.amount == 0 for total in found.totals)


async def test_what_agrees_is_clean(purse: Purse):
    host = await purse.host(900)
    await purse.paid("credits", 2499, fee=102)
    made = await purse.ask(host)
    await purse.hall.drain()
    assert (await purse.payout(host, made)).status == "paid"
    found = await purse.reconciled()
    assert (found.status, found.movements, found.differences, clean(found)) == ("done", 3, [], True)
    (total,) = found.totals
    assert total.booked.amount == total.stated.amount == 1000 + 2499 - 102 - 900
    again = await purse.reconciled()
    assert (again.id, again.runs, again.movements, again.differences) == (found.id, 2, 3, [])
    page = await reconciliations(await purse.hall.read(), ReconciliationQuery(is_clean=False))
    assert page.items == []
    with pytest.raises(ReconciliationNotFound):
        await reconciled(await purse.hall.read(), ids.new())


async def test_what_we_have_not_heard_is_applied(purse: Purse):
    host = await purse.host(1800)
    payer, charged = await purse.opened("credits", 2499)
    purse.bank.move("charge", 2499, fee=102, ref=f"ch_{charged.id.hex}", our_id=charged.id)
    _, refunded = await purse.paid("subscription", 1000)
    dashboard = RefundFacts(
        ref="re_x", state="succeeded", amount=400, asset=USD, payment_id=refunded.id, payment_ref=f"ch_{refunded.id.hex}"
    )
    purse.bank.refunds[ids.new()] = dashboard
    purse.bank.move("refund", -400, ref="re_x")
    _, taken = await purse.paid("subscription", 500)
    purse.bank.move("chargeback", -500, fee=1500, ref="dp_x", our_id=taken.id)
    purse.bank.will = ["lose"]
    made = await purse.ask(host, 1800)
    await purse.hall.drain()
    assert (await purse.payout(host, made)).status == "unknown"
    found = await purse.reconciled()
    assert causes(found) == ["fee", "unheard", "unheard", "unheard", "unheard"]
    assert clean(found), found
    assert not any(one.is_open for one in found.differences)
    assert (await purse.payout(host, made)).status == "paid"
    assert (await purse.has(payer)) == {"wallet credits": 150}
    assert await purse.states(refunded) == [("dashboard", "succeeded", 400)]
    assert (await purse.sums(taken))[2:] == (500, 0)
    assert -(await purse.house())["provider:sandbox"] == sum(one.amount - one.fee for one in purse.bank.moves)
    again = await purse.reconciled()
    assert clean(again)
    assert len(again.differences) == 5


async def test_fees_and_what_is_unknown_are_booked(purse: Purse):
    await purse.paid("credits", 2499)
    purse.bank.moves[-1] = type(purse.bank.moves[-1])(
        id="mv_0", kind="charge", amount=2499, fee=102, asset=USD, at=datetime.now(UTC), ref=purse.bank.moves[-1].ref
    )
    purse.bank.move("fee", -200, ref="monthly")
    purse.bank.move("other", 5000, fee=7, ref="top_up")
    purse.bank.move("other", -1200, ref="to_our_bank")
    purse.bank.move("payout", -300, ref="po_of_somebody_else")
    found = await purse.reconciled()
    assert causes(found) == ["fee", "fee", "fee", "unknown", "unknown", "unknown"], found
    assert clean(found)
    house = await purse.house()
    assert (house["suspense"], house["provider_fee"]) == (5000 - 1500, -309)
    assert -house["provider:sandbox"] == sum(one.amount - one.fee for one in purse.bank.moves)
    assert await purse.hall.pool.fetchval("SELECT count(*) FROM payments.suspense WHERE resolved_at IS NULL") == 1
    before = await purse.house()
    assert clean(await purse.reconciled())
    assert await purse.house() == before


async def test_what_cannot_be_explained_is_listed_until_it_can(purse: Purse):
    _, payment = await purse.opened("subscription", 700)
    await super(Purse, purse).come(payment)  # it is in the books; the statement does not have it yet
    found = await purse.reconciled()
    assert (causes(found), found.is_clean) == (["in_transit"], True)
    await purse.hall.pool.execute("ALTER TABLE ledger.transfer DISABLE TRIGGER append_only")
    await purse.hall.pool.execute("UPDATE ledger.transfer SET recorded_at = recorded_at - interval '9 days'")
    await purse.hall.pool.execute("ALTER TABLE ledger.transfer ENABLE TRIGGER append_only")
    found = await purse.reconciled()
    assert (causes(found), found.is_clean) == (["missing"], False)
    assert [total.unexplained.amount for total in found.totals] == [700]
    purse.bank.move("chargeback", -50, ref="dp_of_nobody")
    found = await purse.reconciled()
    assert (causes(found), found.is_clean) == (["failed", "missing"], False)
    purse.bank.move("charge", 650, ref=f"ch_{payment.id.hex}", our_id=payment.id)
    found = await purse.reconciled()
    assert (causes(found), found.is_clean) == (["differs", "failed"], False)
    purse.bank.move("other", 50, ref=f"ch_{payment.id.hex}", our_id=payment.id)
    await purse.hall.pool.execute("UPDATE payments.movement SET at = at - interval '9 days' WHERE kind = 'chargeback'")
    found = await purse.reconciled()
    assert "unknown" in causes(found)
    assert clean(found), found
    assert not any(one.is_open for one in found.differences)


async def test_every_day_that_is_over_is_compared_by_itself(purse: Purse):
    await purse.paid("subscription", 700)
    wall = (await purse.hall.read()).wall
    await purse.hall.work(reconcile_ended_days)
    await purse.hall.drain()
    assert await purse.hall.pool.fetchval("SELECT count(*) FROM payments.reconciliation") == 0  # today is not over
    await purse.hall.pool.execute("ALTER TABLE ledger.transfer DISABLE TRIGGER append_only")
    await purse.hall.pool.execute("UPDATE ledger.transfer SET recorded_at = recorded_at - interval '2 days'")
    await purse.hall.pool.execute("ALTER TABLE ledger.transfer ENABLE TRIGGER append_only")
    purse.bank.is_down = True
    await purse.hall.work(reconcile_ended_days)
    await purse.hall.drain()
    failed = await reconciliations(await purse.hall.read(), ReconciliationQuery(is_clean=False))
    assert {one.status for one in failed.items} == {"failed"}
    assert "no answer" in failed.items[0].error
    purse.bank.is_down = False
    await purse.hall.work(reconcile_ended_days)
    await purse.hall.drain()
    done = await reconciliations(await purse.hall.read(), ReconciliationQuery())
    assert [(one.status, one.day) for one in done.items] == [
        ("done", (wall - timedelta(days=1)).date()),
        ("done", (wall - timedelta(days=2)).date()),
    ]
    assert await days_to_reconcile(await purse.hall.read(), "sandbox", wall.date()) == [wall.date()]


async def test_two_comparisons_at_once_book_once(purse: Purse):
    _, charged = await purse.opened("credits", 2499)
    purse.bank.move("charge", 2499, fee=102, ref=f"ch_{charged.id.hex}", our_id=charged.id)
    purse.bank.move("fee", -200, ref="monthly")
    purse.bank.move("other", 5000, ref="top_up")
    answers = await purse.hall.race(*(purse.reconciled for _ in range(6)))
    assert all(isinstance(one, ReconciledView) for one in answers), answers
    assert clean(await purse.reconciled())
    assert -(await purse.house())["provider:sandbox"] == sum(one.amount - one.fee for one in purse.bank.moves)


async def test_the_banks_own_statement_agrees_with_the_books(hall: TestHall):
    party = hall.runner.house.ports[Providers][0].by_name["sandbox"]
    async with open_purse(hall) as purse:
        cast("dict[Any, Any]", hall.runner.house.ports)[Providers] = (Providers(party),)
        payer, payee = await purse.person(), await purse.person()
        for destination, token in (("ba_timeout", "tok_ok"), ("ba_return", "tok_timeout"), ("ba_fail", "tok_late"), ("ba_slow", "tok_ok")):
            thing = ids.new()
            made = "INSERT INTO shop (id, purpose, price, payer, payee) VALUES ($1, 'booking', 5000, $2, $3)"
            await hall.pool.execute(made, thing, payer.account_id, payee.account_id)
            payment = await pay_at_sandbox(hall.runner, payer.account_id, "booking", Subject("thing", thing), token)
            if payment.status != "succeeded":  # nobody has told: the statement does
                assert await party.retrieve(payment.id, None) is not None
                await reconcile(hall.runner, purse.checker, party, datetime.now(UTC).date())
            await purse.post("settle", settle(thing, payee.account_id, 5000, fee=500))
            await purse.destination(payee, destination=destination)
            await hall.advance(timedelta(days=8))
            await purse.ask(payee, 4000)
            await hall.drain()
            await hall.advance(timedelta(hours=2))
        states = await hall.pool.fetch("SELECT state FROM payments.payout ORDER BY requested_at")
        assert [row["state"] for row in states] == ["paid", "returned", "failed", "processing"]
        found = await reconciled(await hall.read(), await reconcile(hall.runner, purse.checker, party, datetime.now(UTC).date()))
        assert clean(found), found
        assert not any(one.is_open for one in found.differences), found
        await hall.verify()


async def test_a_refund_of_which_nobody_answers_is_not_booked_before_it_is_known(purse: Purse, monkeypatch: pytest.MonkeyPatch):
    """Kept apart as unknown it would be booked again when its news comes."""

    async def busy(*_: object) -> RefundFacts:
        return RefundFacts(ref="", state="unknown", amount=400, asset=USD)

    _, payment = await purse.paid("subscription", 1000)
    ref = f"ch_{payment.id.hex}"
    purse.bank.refunds[ids.new()] = RefundFacts(ref="re_x", state="succeeded", amount=400, asset=USD, payment_ref=ref)
    purse.bank.move("refund", -400, ref="re_x")
    with monkeypatch.context() as patched:
        patched.setattr(purse.bank, "retrieve_refund", busy)
        found = await purse.reconciled()
    assert (causes(found), found.is_clean) == (["failed"], False)
    found = await purse.reconciled()
    assert clean(found), found
    assert await purse.states(payment) == [("dashboard", "succeeded", 400)]
    assert -(await purse.house())["provider:sandbox"] == sum(one.amount - one.fee for one in purse.bank.moves)
