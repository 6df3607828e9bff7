"""Earnings on their way out: each unit once, whatever the provider says, loses or says too late."""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from skillhall.identity.events import AccountSuspended
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.money import Money
from skillhall.kernel.refusals import Invalid
from skillhall.ledger.api import Indebted, Insufficient, NotInMode, clawed_credits, provider_charged
from skillhall.payments.commands.decide_payout import DecidePayout, decide_payout
from skillhall.payments.commands.pay_out import RequestPayout, request_payout
from skillhall.payments.commands.payout_accounts import (
    AskVerification,
    DecideIdentity,
    SetPayoutAccount,
    ask_verification,
    decide_identity,
    set_payout_account,
)
from skillhall.payments.commands.payout_data import PayoutData
from skillhall.payments.commands.stop_payouts import cancel_payout
from skillhall.payments.commands.use_earnings import EarnedCredits, Redeem, Reuse, redeem, reuse
from skillhall.payments.jobs.payouts import chase_payouts
from skillhall.payments.model import payout_refusals as no
from skillhall.payments.model.refusals import DecisionDiffers, NotUndecided, OtherOperatorNeeded
from skillhall.payments.queries.earnings import EarningsQuery, balances, earnings
from skillhall.payments.queries.payout_accounts import account_view
from skillhall.payments.queries.payouts import PayoutQuery, payouts
from tests.learning.builders import outcome
from tests.notifications.reading import notices, still, told
from tests.payments.party import Killed
from tests.payments.purse import WEEK, Purse, open_purse
from tests.payments.shop import USD
from tests.support.hall import TestHall

HOUR = timedelta(hours=1)
OTHER = Actor(account_id=ids.new(), permissions=frozenset({"payout.decide"}))
ALL = RequestPayout()


@pytest.fixture
async def purse(hall: TestHall) -> AsyncGenerator[Purse]:
    async with open_purse(hall) as opened:
        yield opened
    await hall.verify()


async def lease_is_over(purse: Purse) -> None:
    """Let another worker take over what a dead one had."""
    await purse.hall.pool.execute("UPDATE kernel.delivery SET lease_id = NULL, lease_until = NULL, retry_at = now()")
    await purse.hall.drain()


async def test_earnings_wait_a_week_and_then_go_to_the_bank(purse: Purse):
    host = await purse.host(900, is_old=False)
    read = await purse.hall.read()
    (has,) = (one for one in (await balances(read, host.account_id)).balances if one.earnings.currency == USD)
    assert (has.earnings.amount, has.payable.amount, has.delayed.amount) == (900, 0, 900)
    assert has.next_payable_at is not None
    with pytest.raises(no.NotYetPayable):
        await purse.ask(host, 1)
    with pytest.raises(no.NotYetPayable):
        await purse.ask(host)
    await purse.hall.advance(WEEK)
    made = await purse.ask(host, 400)
    assert (made.status, made.amount, made.destination) == ("pending", Money(400, USD), "…a_ok")
    assert await purse.earnings(host) == (500, 400)
    await purse.hall.drain()
    paid = await purse.payout(host, made)
    assert (paid.status, paid.reference) == ("paid", f"po_{made.id.hex}")
    assert await purse.earnings(host) == (500, 0)
    with pytest.raises(no.NotYetPayable) as short:
        await purse.ask(host, 501)
    assert short.value.sentence == "You asked for 5.01 USD, and 5.00 USD of your earnings can go now: new earnings wait some days."
    with pytest.raises(no.CurrencyNotPaidOut):
        await purse.hall.run(request_payout, host, RequestPayout(amount=Money(10, "EUR")))
    with pytest.raises(Invalid):
        await purse.ask(host, -5)
    rest = await purse.ask(host)
    assert rest.amount == Money(500, USD)
    await purse.hall.drain()
    statement = await earnings(await purse.hall.read(), host.account_id, EarningsQuery(currency=USD))
    parts = (statement.earned, statement.fees, statement.paid_out, statement.closing)
    assert [part.amount for part in parts] == [1000, -100, -900, 0]
    page = await payouts(await purse.hall.read(), host, PayoutQuery())
    assert [one.status for one in page.items] == ["paid", "paid"]
    heard = [one for one in await told(purse.hall, host) if "payout" in one]
    assert sorted(heard) == ["payments.payout_paid"] * 2 + ["payments.payout_requested"] * 2
    assert not (await payouts(await purse.hall.read(), await purse.person(), PayoutQuery())).items


async def test_who_may_not_be_paid_is_told_why(purse: Purse):
    host = await purse.person()
    with pytest.raises(no.NoPayoutAccount):
        await purse.ask(host)
    with pytest.raises(no.NoPayoutAccount):
        await purse.hall.run(ask_verification, host, AskVerification(documents=[ids.new()]))
    with pytest.raises(no.PayoutAccountNotFound):
        await purse.hall.run(decide_identity, OTHER, host.account_id, DecideIdentity(status="verified", reason="Fine."))
    for wrong in ("DE89370400440532013000", "4242 4242 4242 4242", ""):
        with pytest.raises(Invalid):
            await purse.hall.run(set_payout_account, host, SetPayoutAccount(destination=wrong))
    with pytest.raises(Invalid):
        await purse.hall.run(set_payout_account, host, SetPayoutAccount(kind="paypal", destination="not an address"))
    with pytest.raises(no.PayoutKindNotOffered):
        await purse.hall.run(set_payout_account, host, SetPayoutAccount(destination="ba_ok", provider="nobody"))
    view = await purse.hall.run(set_payout_account, host, SetPayoutAccount(kind="paypal", destination="ada@example.org", currency=USD))
    assert (view.destination, view.schedule, view.verification, view.next_payout_at) == ("a…@example.org", "weekly", "none", None)
    with pytest.raises(no.IdentityUnverified):
        await purse.ask(host)
    with pytest.raises(no.AddressUnverified):
        await purse.ask(Actor(account_id=host.account_id))
    with pytest.raises(no.VerificationNotAsked):
        await purse.hall.run(decide_identity, OTHER, host.account_id, DecideIdentity(status="verified", reason="Fine."))
    with pytest.raises(no.OwnPayout):
        await purse.hall.run(decide_identity, host, host.account_id, DecideIdentity(status="verified", reason="It is me."))
    await purse.destination(host, schedule="daily")
    with pytest.raises(no.VerificationOpen):
        await purse.hall.run(ask_verification, host, AskVerification(documents=[ids.new()]))
    view = await account_view(await purse.hall.read(), host.account_id)
    assert (view.verification, view.kind) == ("verified", "bank_transfer")
    assert view.next_payout_at is not None
    stranger = await purse.person()
    with pytest.raises(no.PayoutNotFound):
        await purse.hall.run(cancel_payout, stranger, ids.new())


async def test_sixteen_withdrawals_at_once_take_what_can_go_once(purse: Purse):
    host = await purse.host(900)
    _, _, _ = await purse.settled(1000)
    answers = await purse.hall.race(*(outcome(purse.ask, host, 600) for _ in range(8)), *(outcome(purse.ask, host) for _ in range(8)))
    assert Counter(answers)["ok"] in {1, 2}
    assert set(answers) <= {"ok", "payments.not_yet_payable"}
    assert sum(await purse.earnings(host)) == 900
    await purse.hall.verify()
    await purse.hall.drain()
    assert len(purse.bank.sent) == Counter(answers)["ok"]


async def test_one_that_fails_is_given_back_and_another_try_is_debited_anew(purse: Purse):
    host = await purse.host(900)
    purse.bank.will = ["failed"]
    first = await purse.ask(host, 900)
    await purse.hall.drain()
    failed = await purse.payout(host, first)
    assert (failed.status, failed.failure) == ("failed", "account_closed")
    assert await purse.earnings(host) == (900, 0)
    assert await still(purse.hall, host, "payments.payout_failed", "payments.payout_requested") == [True, False]
    second = await purse.ask(host, 900)  # what came back has not to wait anew
    assert await purse.earnings(host) == (0, 900)
    await purse.hall.drain()
    assert (await purse.payout(host, second)).status == "paid"
    assert purse.bank.sent == [first.id, second.id]


@pytest.mark.parametrize("dies", ["die", "die_before", "lose"])
async def test_an_answer_that_never_came_is_asked_for_and_nothing_is_paid_twice(purse: Purse, dies: str):
    host = await purse.host(900)
    purse.bank.will = [dies]
    made = await purse.ask(host, 900)
    try:
        await purse.hall.drain()
    except Killed:
        assert dies != "lose"
    await lease_is_over(purse)
    if dies == "lose":
        assert (await purse.payout(host, made)).status == "unknown"
        assert await purse.earnings(host) == (0, 900)
        await purse.hall.advance(HOUR)
    assert (await purse.payout(host, made)).status == "paid"
    assert purse.bank.sent == [made.id]
    assert await purse.earnings(host) == (0, 0)


async def test_one_that_was_given_up_in_an_outage_goes_on(purse: Purse):
    host = await purse.host(900)
    purse.bank.will = ["die"]
    made = await purse.ask(host, 900)
    with suppress(Killed):
        await purse.hall.drain()
    await purse.hall.pool.execute("UPDATE kernel.delivery SET state = 'dead', attempts = 8, lease_id = NULL, lease_until = NULL")
    await purse.hall.advance(2 * HOUR)
    assert (await purse.payout(host, made)).status == "processing"
    await purse.hall.work(chase_payouts)
    await purse.hall.drain()
    assert (await purse.payout(host, made)).status == "paid"
    assert purse.bank.sent == [made.id]


async def test_what_nobody_tells_is_decided_by_two_operators(purse: Purse):
    host = await purse.host(900)
    purse.bank.will = ["drop"] * 100
    made = await purse.ask(host, 900)
    await purse.hall.drain()
    decision = DecidePayout(outcome="failed", evidence="Their support says that nothing was sent.")
    one, two = [msgspec.structs.replace(await purse.person(), permissions=frozenset({"payout.decide"})) for _ in range(2)]
    with pytest.raises(NotUndecided):
        await purse.hall.run(decide_payout, one, made.id, decision)
    await purse.hall.pool.execute("UPDATE payments.payout SET sent_at = sent_at - interval '73 hours'")
    with pytest.raises(no.OwnPayout):
        await purse.hall.run(decide_payout, host, made.id, decision)
    assert (await purse.hall.run(decide_payout, one, made.id, decision)).status == "unknown"
    with pytest.raises(OtherOperatorNeeded):
        await purse.hall.run(decide_payout, one, made.id, decision)
    with pytest.raises(DecisionDiffers):
        await purse.hall.run(decide_payout, two, made.id, DecidePayout(outcome="paid", evidence="I have seen it."))
    assert (await purse.hall.run(decide_payout, two, made.id, decision)).status == "failed"
    assert await purse.earnings(host) == (900, 0)


async def test_a_paid_payout_that_comes_back_is_earned_again(purse: Purse):
    host = await purse.host(900)
    made = await purse.ask(host, 900)
    await purse.hall.drain()
    news = purse.bank.ends(made.id, "returned")
    for _ in range(2):
        await purse.told_payout(news)
        assert (await purse.payout(host, made)).status == "returned"
        assert await purse.earnings(host) == (900, 0)
    await purse.told_payout(purse.bank.ends(made.id, "paid"))  # late news of before
    assert await purse.earnings(host) == (900, 0)
    returned = [row["text"] for row in await notices(purse.hall, host) if row["type"] == "payments.payout_failed"]
    assert ["came back" in text for text in returned] == [True]
    await purse.ask(host, 900)
    assert (await purse.reconciled()).is_clean


async def test_news_in_any_order_and_number_comes_to_the_same(purse: Purse):
    host = await purse.host(900)
    purse.bank.will = ["processing"]
    made = await purse.ask(host, 900)
    await purse.hall.drain()
    ref = f"po_{made.id.hex}"
    assert (await purse.payout(host, made)).status == "processing"
    said: list[Any] = [purse.bank.ends(made.id, state) for state in ("processing", "returned", "paid", "failed", "unknown", "returned")]
    for facts in said:
        await purse.told_payout(facts)
    assert (await purse.payout(host, made)).status == "returned"
    assert await purse.earnings(host) == (900, 0)
    assert purse.bank.payouts[made.id].ref == ref


async def test_one_that_was_paid_after_all_is_taken_from_what_came_back(purse: Purse):
    host = await purse.host(900)
    purse.bank.will = ["failed"]
    made = await purse.ask(host, 900)
    await purse.hall.drain()
    await purse.told_payout(purse.bank.ends(made.id, "paid"))  # not believed before it is asked after
    assert await purse.earnings(host) == (900, 0)
    await purse.hall.drain()
    assert (await purse.payout(host, made)).status == "paid"
    assert await purse.earnings(host) == (0, 0)


async def test_one_larger_than_what_the_provider_holds_waits(purse: Purse):
    host = await purse.host(900)
    await purse.post("provider_fee", provider_charged(950, asset=USD, provider="provider:sandbox"))
    made = await purse.ask(host, 900)
    await purse.hall.drain()
    waiting = await purse.payout(host, made)
    assert (waiting.status, waiting.is_short, purse.bank.sent) == ("pending", True, [])
    await purse.paid("credits", 5000)
    await purse.hall.advance(2 * HOUR)
    paid = await purse.payout(host, made)
    assert (paid.status, paid.is_short) == ("paid", False)
    assert await purse.earnings(host) == (0, 0)


async def test_one_that_waits_is_tried_every_hour_until_there_is_enough(purse: Purse):
    host = await purse.host(900)
    await purse.post("provider_fee", provider_charged(950, asset=USD, provider="provider:sandbox"))
    made = await purse.ask(host, 900)
    await purse.hall.drain()
    for _ in range(3):
        await purse.hall.advance(HOUR)
        assert (await purse.payout(host, made)).is_short
    waiting = await purse.hall.pool.fetchval("SELECT count(*) FROM kernel.delivery WHERE receiver = 'payments.send_payout'")
    await purse.paid("credits", 5000)
    await purse.hall.advance(2 * HOUR)
    assert (waiting, (await purse.payout(host, made)).status) == (1, "paid")


async def test_one_that_has_gone_is_booked_although_nothing_is_left_there(purse: Purse):
    host = await purse.host(900)
    purse.bank.will = ["processing"]
    made = await purse.ask(host, 900)
    await purse.hall.drain()
    await purse.post("provider_fee", provider_charged(950, asset=USD, provider="provider:sandbox"))
    await purse.told_payout(purse.bank.ends(made.id, "paid"))
    assert (await purse.payout(host, made)).status == "paid"
    assert (await purse.house())["provider:sandbox"] == 850  # we owe it to the provider
    taken = (await PayoutData().export(await purse.hall.read(), host.account_id))["payouts"]
    assert isinstance(taken, list)
    assert [row["destination"] for row in taken] == ["ba_ok"]
    assert await purse.hall.work(PayoutData().erase, host.account_id, "Nobody", 1) is False
    assert await purse.hall.work(PayoutData().erase, host.account_id, "Nobody", 1)
    assert (await PayoutData().export(await purse.hall.read(), host.account_id))["accounts"] == []


async def test_the_sweep_pays_out_by_itself_in_a_hall_as_it_is_delivered(purse: Purse):
    host = await purse.host(1800, is_old=False, schedule="weekly")
    poor, slow = await purse.host(900, is_old=False, schedule="weekly"), await purse.host(1800, is_old=False, schedule="manual")
    await purse.hall.advance(timedelta(days=15))
    (made,) = (await payouts(await purse.hall.read(), host, PayoutQuery())).items
    assert (made.status, made.is_automatic, made.amount) == ("paid", True, Money(1800, USD))
    for other in (poor, slow):
        assert not (await payouts(await purse.hall.read(), other, PayoutQuery())).items
    view = await account_view(await purse.hall.read(), host.account_id)
    assert view.next_payout_at is not None
    assert view.next_payout_at > (await purse.hall.read()).now.isoformat()


async def test_what_was_not_sent_can_be_taken_back_and_is_stopped_for_the_suspended(purse: Purse):
    host = await purse.host(900)
    first, second = await purse.ask(host, 100), await purse.ask(host, 200)
    for _ in range(2):
        assert (await purse.hall.run(cancel_payout, host, first.id)).status == "cancelled"
    assert await purse.earnings(host) == (700, 200)
    await purse.hall.pool.execute("UPDATE identity.account SET state = 'suspended' WHERE id = $1", host.account_id)
    await purse.hall.work(_suspended, host)
    await purse.hall.drain()
    assert (await purse.payout(host, second)).why == "suspended"
    assert await purse.earnings(host) == (900, 0)
    assert not purse.bank.sent
    await purse.hall.pool.execute("UPDATE identity.account SET state = 'active' WHERE id = $1", host.account_id)
    third = await purse.ask(host, 300)
    await purse.hall.run(decide_identity, purse.checker, host.account_id, DecideIdentity(status="rejected", reason="Forged."))
    assert (await purse.payout(host, third)).why == "unverified"
    assert "payments.payout_cancelled" in await told(purse.hall, host)
    assert await still(purse.hall, host, "payments.identity_checked") == [True]
    await purse.destination(host)
    sent = await purse.ask(host, 300)
    await purse.hall.drain()
    with pytest.raises(no.PayoutSent):
        await purse.hall.run(cancel_payout, host, sent.id)


async def _suspended(tx: Any, host: Actor) -> None:
    tx.publish(AccountSuspended(account_id=host.account_id))


async def test_cancel_against_send_against_withdraw(purse: Purse):
    for _ in range(2):
        host = await purse.host(900)
        made = await purse.ask(host, 900)
        cancels = [outcome(purse.hall.run, cancel_payout, host, made.id) for _ in range(8)]

        async def drained() -> None:
            await purse.hall.drain()

        answers = await purse.hall.race(*cancels, drained, *(outcome(purse.ask, host) for _ in range(4)))
        assert set(answers) <= {"ok", None, "payments.payout_sent", "payments.not_yet_payable"}
        await purse.hall.drain()
        assert await purse.earnings(host) in {(0, 0), (900, 0)}
        await purse.hall.verify()


async def test_a_payout_against_a_chargeback_of_what_earned_it(purse: Purse):
    for _ in range(3):
        _, host, payment = await purse.settled(1000)
        await purse.destination(host)
        await purse.hall.advance(WEEK)
        made = await purse.ask(host, 600)

        async def drained() -> None:
            await purse.hall.drain()

        async def charged_back(payment: Any = payment) -> None:
            await purse.chargeback(payment)

        answers = await purse.hall.race(charged_back, drained, *(outcome(purse.ask, host) for _ in range(4)))
        assert set(answers) <= {None, "ok", "payments.not_yet_payable", "ledger.insufficient"}
        await purse.hall.drain()
        rows = await purse.hall.pool.fetch("SELECT state, amount, why FROM payments.payout WHERE account_id = $1", host.account_id)
        assert {(row["state"], row["why"]) for row in rows} <= {("paid", ""), ("cancelled", "chargeback")}
        assert (await purse.payout(host, made)).status in {"paid", "cancelled"}
        gone = sum(row["amount"] for row in rows if row["state"] == "paid")
        assert await purse.earnings(host) == (0, 0)
        assert gone <= 900
        await purse.hall.verify()


async def test_credits_become_money_or_are_spent_again(purse: Purse):
    host = await purse.person()
    payer, _ = await purse.paid("credits", 2499)
    await purse.spend(payer, 100, host.account_id)
    ten = Redeem(credits=EarnedCredits(amount=10), currency=USD)
    with pytest.raises(no.NotYetPayable):
        await purse.hall.run(redeem, host, ten)
    await purse.hall.advance(WEEK)
    with pytest.raises(no.NotRedeemable):
        await purse.hall.run(redeem, host, Redeem(credits=EarnedCredits(amount=10), currency="XAU"))
    done = await purse.hall.run(redeem, host, ten)
    assert (done.amount, await purse.earnings(host)) == (Money(100, USD), (100, 0))
    await purse.destination(host)
    assert (await purse.ask(host)).amount == Money(100, USD)  # it has waited as credits
    answers = await purse.hall.race(*(outcome(purse.hall.run, redeem, host, Redeem(credits=EarnedCredits(amount=40))) for _ in range(6)))
    assert Counter(answers) == {"ok": 2, "payments.not_yet_payable": 4}
    again = await purse.hall.run(reuse, host, Reuse(amount=Money(10, "CREDIT")))
    assert again.wallet.balances[0].available.amount == 10
    with pytest.raises(Insufficient):
        await purse.hall.run(reuse, host, Reuse(amount=Money(1, "CREDIT")))
    with pytest.raises(NotInMode):
        await purse.hall.run(reuse, host, Reuse(amount=Money(1, "EUR")))
    with pytest.raises(Invalid):
        await purse.hall.run(reuse, host, Reuse(amount=Money(0, "CREDIT")))
    await purse.hall.drain()


async def test_who_owes_is_not_paid_in_any_currency(purse: Purse):
    host = await purse.host(1800)
    await purse.destination(host, schedule="daily")
    await purse.post("clawback", clawed_credits(host.account_id, 5, 1, asset=USD, provider="provider:sandbox"))
    with pytest.raises(Indebted):
        await purse.ask(host, 1)
    await purse.hall.advance(timedelta(days=2))
    assert not (await payouts(await purse.hall.read(), host, PayoutQuery())).items
