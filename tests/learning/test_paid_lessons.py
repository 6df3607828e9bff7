"""Lessons paid in money, over the database: who gets what, and what races do to it."""

import csv
import io
from datetime import datetime
from uuid import UUID

import pytest

from skillhall.billing.commands.set_address import SetAddress, set_address
from skillhall.billing.queries.invoices import InvoiceQuery, invoices, stored_paper
from skillhall.billing.queries.seller_report import YearQuery, seller_report
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.http import Match
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Subject
from skillhall.learning.commands.accept import accept
from skillhall.learning.commands.book import Book, book
from skillhall.learning.commands.cancel import cancel, cancel_for_suspension
from skillhall.learning.commands.change_offer import ChangeOffer, change_offer
from skillhall.learning.commands.confirm import confirm
from skillhall.learning.commands.contest import freeze, rule
from skillhall.learning.commands.end import end
from skillhall.learning.commands.join import join
from skillhall.learning.commands.reason import Reason
from skillhall.learning.commands.start import start
from skillhall.learning.model import refusals as no
from skillhall.learning.queries.analytics import AnalyticsQuery, analytics
from skillhall.learning.queries.platform import PlatformQuery, platform_statistics
from skillhall.learning.queries.progress import progress
from skillhall.learning.queries.statistics import statistics
from skillhall.learning.queries.views import SessionView
from skillhall.payments.api import Options, open_payment
from skillhall.payments.commands.refund import RefundPayment, refund_payment
from skillhall.payments.model.refund_refusals import RefundTooMuch
from tests.learning.builders import DAY, HOUR, MINUTE
from tests.learning.paying import PRICE, Payers, outcome_of
from tests.support.hall import TestHall

NO_REASON = Reason()


@pytest.fixture
def payers(hall: TestHall) -> Payers:
    """The people of a hall of its own."""
    return Payers(hall)


async def held_lesson(payers: Payers, host: Actor, learner: Actor) -> tuple[SessionView, UUID]:
    """Return a lesson that is over and paid, whose money is still held."""
    hall, session = payers.hall, await payers.asked(host, learner)
    payment = await payers.pay(learner, session.id)
    await hall.run(accept, host, session.id)
    await payers.until(datetime.fromisoformat(session.starts_at))
    await hall.run(join, learner, session.id)
    await hall.run(start, host, session.id)
    return await hall.run(end, host, session.id), payment


async def test_a_paid_lesson_from_the_till_to_the_hosts_earnings(payers: Payers) -> None:
    hall, host, learner = payers.hall, await payers.host(), await payers.person()
    asked = await payers.asked(host, learner)
    assert (asked.status, asked.price, asked.my_seat and asked.my_seat.status) == ("requested", Money(PRICE, "EUR"), "awaiting_payment")
    assert asked.payment
    assert (asked.payment.status, asked.payment.expires_at, asked.due_at) == ("awaiting", asked.due_at, asked.due_at)
    assert (await payers.mails(host), await payers.busy(host), await payers.busy(learner)) == ([], 1, 1)
    with pytest.raises(no.NotPaidYet):
        await hall.run(accept, host, asked.id)
    with pytest.raises(no.CouponNotTaken):
        await hall.run(open_payment, learner, "session", Subject("session", asked.id), Options(coupon_code="HALF"))
    first, second = await payers.intent(learner, asked.id), await payers.intent(learner, asked.id)
    assert first == second
    for _ in range(2):
        await payers.charged(first)
    assert await payers.funded() == 1
    assert (await payers.state(asked.id), await payers.held(learner)) == (("requested", "requested", "held"), PRICE)
    assert await payers.mails(host) == ["Lesson requested"]
    with pytest.raises(no.NothingToPay):
        await payers.intent(learner, asked.id)
    await hall.run(accept, host, asked.id)
    await payers.until(datetime.fromisoformat(asked.starts_at))
    await hall.run(join, learner, asked.id)
    await hall.run(start, host, asked.id)
    await hall.run(end, host, asked.id)
    with pytest.raises(no.StillHeld):
        await hall.run(lambda tx, by: refund_payment(tx, by, first, RefundPayment(), has_key=True), host)
    await hall.advance(3 * DAY)
    assert (await payers.money(host, "earnings"), await payers.money(None, "platform_fee")) == (2250, 250)
    read = await hall.read()
    mine, theirs = await statistics(read, host.account_id), await progress(read, learner)
    assert (mine.as_host.credits.amount, mine.as_host.money) == (0, [Money(2250, "EUR")])
    assert (theirs.totals.credits_spent.amount, theirs.totals.money_spent) == (0, [Money(PRICE, "EUR")])
    assert (await analytics(read, learner, AnalyticsQuery())).as_learner.money == [Money(PRICE, "EUR")]
    (euros,) = (await platform_statistics(read, PlatformQuery())).money
    assert (euros.earned.amount, euros.fees.amount, euros.held.amount, euros.returned.amount) == (PRICE, 250, 0, 0)
    with pytest.raises(RefundTooMuch):
        await hall.run(lambda tx, by: refund_payment(tx, by, first, RefundPayment(amount=Money(2501, "EUR")), has_key=True), host)
    await hall.run(lambda tx, by: refund_payment(tx, by, first, RefundPayment(amount=Money(1000, "EUR")), has_key=True), host)
    assert (await payers.money(host, "earnings"), await payers.money(None, "platform_fee")) == (1350, 150)
    assert (await payers.refunds(), (await payers.state(asked.id))[2]) == ([("asked", 1000, "succeeded")], "split")
    await payers.charge_back(first, 1500)
    assert (await payers.money(host, "earnings"), await payers.money(None, "platform_fee")) == (0, 0)
    assert (await payers.state(asked.id))[2] == "refunded"
    await hall.verify()


async def test_case_03_the_seat_expires_while_the_payer_pays(payers: Payers) -> None:
    hall, host, late, next_one = payers.hall, await payers.host(), await payers.person(), await payers.person(name="Nora Next")
    asked = await payers.asked(host, late, instant_booking=True)
    payment = await payers.intent(late, asked.id)
    await hall.advance(16 * MINUTE)
    assert await payers.state(asked.id) == ("expired", "expired", "none")
    assert (await payers.busy(host), await payers.mails(host), await payers.mails(late)) == (0, [], ["No seat"])
    body = Book(offer_id=asked.offer.id, starts_at=datetime.fromisoformat(asked.starts_at))
    other = await hall.run(book, next_one, body)
    await payers.pay(next_one, other.id)
    await payers.charged(payment)
    assert (await payers.state(other.id), await payers.state(asked.id)) == (
        ("scheduled", "confirmed", "held"), ("expired", "expired", "none"),
    )  # fmt: skip
    assert await payers.refunds() == [("surplus", PRICE, "succeeded")]
    left = await hall.run(book, late, Book(offer_id=asked.offer.id, starts_at=datetime.fromisoformat(asked.starts_at) + 3 * HOUR))
    gone = await payers.intent(late, left.id)
    await hall.run(cancel, late, left.id, NO_REASON)
    await payers.charged(gone)
    assert (await payers.refunds())[1:] == [("surplus", PRICE, "succeeded")]
    await hall.verify()


async def test_what_is_late_what_is_ruled_and_what_is_called_off_goes_back_to_the_card(payers: Payers) -> None:
    hall, host, learner = payers.hall, await payers.host(), await payers.person()
    late = await payers.asked(host, learner, price=3100, days=1, hour=23)
    await payers.pay(learner, late.id)
    await hall.run(accept, host, late.id)
    await payers.until(datetime.fromisoformat(late.starts_at) - HOUR)
    await hall.run(cancel, learner, late.id, NO_REASON)
    assert (await payers.money(host, "earnings"), await payers.money(None, "platform_fee")) == (1395, 155)
    assert await payers.refunds() == [("released", 1550, "succeeded")]
    session, _ = await held_lesson(payers, host, learner)
    assert session.my_seat is None
    hold_id = await hall.pool.fetchval("SELECT hold_id FROM learning.seat WHERE session_id = $1", session.id)
    case = Subject("dispute", ids.new())
    frozen = await hall.run(freeze, learner, hold_id, case, "no sound")
    assert frozen.amount == Money(PRICE, "EUR")
    await hall.run(rule, learner, hold_id, case, 6_000)
    assert await payers.money(host, "earnings") == 1395 + 1350
    declined = await payers.asked(host, learner)
    await payers.pay(learner, declined.id)
    await hall.run(cancel, host, declined.id, NO_REASON)
    assert (await payers.refunds())[1:] == [("released", 1000, "succeeded"), ("released", PRICE, "succeeded")]
    assert await payers.held(learner) == 0
    await hall.verify()


async def test_a_group_is_called_off_in_one_posting_whoever_has_paid(payers: Payers) -> None:
    hall, host = payers.hall, await payers.host()
    session = await payers.group_for_money(host, seats=25)
    learners = [await payers.person() for _ in range(26)]
    for learner in learners:
        await payers.seat(learner, session.id, can_wait=True)
    payments = [await payers.intent(learner, session.id) for learner in learners[:25]]
    for payment in payments[:24]:
        await payers.charged(payment)
    with pytest.raises(no.NothingToPay):
        await payers.intent(learners[25], session.id)
    before = await hall.pool.fetchval("SELECT count(*) FROM ledger.transfer")
    await hall.run(cancel, host, session.id, NO_REASON)
    assert await hall.pool.fetchval("SELECT count(*) FROM ledger.transfer") == before + 1
    await payers.charged(payments[24])
    assert await payers.refunds() == [*[("released", PRICE, "succeeded")] * 24, ("surplus", PRICE, "succeeded")]
    assert [await payers.held(learner) for learner in learners] == [0] * 26
    await hall.verify()


async def test_the_line_of_a_group_is_offered_a_seat_that_it_has_to_pay(payers: Payers) -> None:
    hall, host, first, second = payers.hall, await payers.host(), await payers.person(), await payers.person(name="Wim Waiting")
    session = await payers.group_for_money(host, seats=1)
    await payers.seat(first, session.id)
    old = await payers.intent(first, session.id)
    await payers.seat(second, session.id, can_wait=True)
    await hall.advance(16 * MINUTE)
    assert await payers.seats(session.id) == [("expired", "none"), ("offered", "none")]
    taken = await payers.seat(second, session.id)
    assert (taken.my_seat and taken.my_seat.status, taken.taken) == ("awaiting_payment", 1)
    await payers.pay(second, session.id)
    with pytest.raises(no.SessionFull):
        await payers.seat(first, session.id)
    await hall.run(cancel, second, session.id, NO_REASON)
    again = await payers.seat(first, session.id)
    assert again.my_seat
    assert (again.my_seat.status, again.my_seat.round) == ("awaiting_payment", 2)
    await payers.charged(old)  # for the round before
    assert (await payers.seats(session.id))[0] == ("awaiting_payment", "none")
    new = await payers.pay(first, session.id)
    assert (new != old, (await payers.seats(session.id))[0]) == (True, ("confirmed", "held"))
    assert "A seat is kept for you" in await payers.mails(second)
    assert "Seat taken" in await payers.mails(first)
    await payers.charge_back(new)
    assert (await payers.seats(session.id))[0] == ("cancelled", "refunded")
    assert await payers.held(first) == 0
    await payers.charge_back(new, state="won")
    assert await payers.money(host, "earnings") == 2250
    await hall.verify()


async def test_money_for_people_who_may_not_meet_goes_back(payers: Payers) -> None:
    hall, host, learner = payers.hall, await payers.host(), await payers.person()
    asked = await payers.asked(host, learner)
    payment = await payers.intent(learner, asked.id)
    await hall.pool.execute("UPDATE identity.account SET state = 'suspended' WHERE id = $1", host.account_id)
    await payers.charged(payment)
    assert await payers.state(asked.id) == ("requested", "awaiting_payment", "none")
    await hall.work(cancel_for_suspension, asked.id, host.account_id)
    assert await payers.state(asked.id) == ("cancelled", "cancelled", "none")
    assert await payers.refunds() == [("surplus", PRICE, "succeeded")]
    await hall.verify()


async def test_two_for_one_slot_two_for_the_last_seat_and_the_news_twice(payers: Payers) -> None:
    hall, host = payers.hall, await payers.host()
    learners = [await payers.person() for _ in range(4)]
    offer, at = await payers.priced(host), await payers.start_in(5)
    body = Book(offer_id=offer.id, starts_at=at)
    got = await hall.race(*(outcome_of(lambda who=who: hall.run(book, who, body)) for who in learners))
    assert sorted(got) == ["calendar.busy"] * 3 + ["ok"]
    group = await payers.group_for_money(host, seats=2)
    for learner in learners[:3]:
        await payers.seat(learner, group.id, can_wait=True)
    both = [await payers.intent(learner, group.id) for learner in learners[:2]]
    assert await hall.race(*(outcome_of(lambda one=one: payers.charged(one)) for one in (*both, *both, *both))) == ["ok"] * 6
    assert (await payers.funded(), [one[0] for one in await payers.seats(group.id)]) == (2, ["confirmed", "confirmed", "waiting"])
    await hall.verify()


@pytest.mark.parametrize("rival", ["expiry", "leave", "host cancels"])
async def test_the_money_comes_while_the_seat_is_given_up(payers: Payers, rival: str) -> None:
    hall, host = payers.hall, await payers.host()
    sessions = [await payers.asked(host, await payers.person(), days=3 + index) for index in range(4)]
    people = [Actor(account_id=UUID(str(session.learner_id))) for session in sessions]
    payments = [await payers.intent(who, session.id) for who, session in zip(people, sessions, strict=True)]
    if rival == "expiry":
        await hall.pool.execute("UPDATE learning.seat SET pay_until = pay_until - interval '16 minutes'")
        await hall.pool.execute("UPDATE learning.session SET due_at = due_at - interval '16 minutes'")
    calls = [outcome_of(lambda one=one: payers.charged(one)) for one in payments]
    for who, session in zip(people, sessions, strict=True):
        if rival == "expiry":
            calls.append(outcome_of(hall.drain))
        else:
            by = who if rival == "leave" else host
            calls.append(outcome_of(lambda by=by, session=session: hall.run(cancel, by, session.id, NO_REASON)))
    assert set(await hall.race(*calls)) == {"ok"}
    back = {("surplus", PRICE, "succeeded"), ("released", PRICE, "succeeded")}
    went = await payers.refunds()
    held = [await payers.held(who) for who in people]
    assert set(went) <= back
    assert len(went) * PRICE + sum(held) == 4 * PRICE
    for session, left in zip(sessions, held, strict=True):
        assert ((await payers.state(session.id))[2] == "held") == bool(left)
    await hall.verify()


async def test_a_currency_that_is_not_taken(payers: Payers) -> None:
    host = await payers.host()
    offer = await payers.priced(host, 0)
    dollars = ChangeOffer(price=Money(5, "USD"))
    with pytest.raises(no.CurrencyNotAccepted) as refused:
        await payers.hall.run(change_offer, host, offer.id, dollars, lambda _version: None)
    assert (offer.price, refused.value.sentence) == (
        Money(0, "EUR"), "USD is not accepted here. Lessons may be priced in: CREDIT, EUR.",
    )  # fmt: skip


async def of_papers(payers: Payers, host: Actor) -> tuple[list[str], int]:
    """Return what the tax office is told that a host was paid, and what their fee invoices come to."""
    read = await payers.hall.read()
    rows = list(csv.DictReader(io.StringIO(await seller_report(read, YearQuery(year=(await payers.now()).year)))))
    fees = (await invoices(read, host, InvoiceQuery(limit=100))).items
    return [row["consideration"] for row in rows], sum(paper.total.amount for paper in fees)


async def test_a_chargeback_that_is_won_stands_on_the_hosts_papers_as_it_does_in_the_books(payers: Payers) -> None:
    hall, host, learner = payers.hall, await payers.host(), await payers.person()
    session, payment = await held_lesson(payers, host, learner)
    await hall.run(confirm, learner, session.id)
    await payers.charge_back(payment)
    await hall.drain()
    assert await of_papers(payers, host) == (["0.00"], 0)
    await payers.charge_back(payment, state="won")
    await hall.drain()
    assert (await payers.money(host, "earnings"), await of_papers(payers, host)) == (2250, (["22.50"], 250))
    asked = await payers.asked(host, learner, days=14)
    held = await payers.pay(learner, asked.id)
    for state in ("open", "won"):  # what was held is the host's in the end
        await payers.charge_back(held, state=state)
    await hall.drain()
    assert (await payers.money(host, "earnings"), await of_papers(payers, host)) == (4500, (["45.00"], 500))
    await hall.verify()


async def test_a_private_host_is_not_told_where_the_learner_lives(payers: Payers) -> None:
    hall, host, learner = payers.hall, await payers.host(), await payers.person()
    home = SetAddress(name="Ada", lines=["Home street 5"], country="DE", tax_id="DE123456789")
    await hall.run(set_address, learner, home, Match(None).check)
    await payers.pay(learner, (await payers.asked(host, learner)).id)
    await hall.drain()
    (seen,) = (await invoices(await hall.read(), host, InvoiceQuery(limit=100, role="seller"))).items
    (own,) = (await invoices(await hall.read(), learner, InvoiceQuery(limit=100))).items
    assert (seen.buyer.name, seen.buyer.country, seen.buyer.lines, seen.buyer.tax_id) == ("Ada", "DE", [], None)
    assert (own.id, own.buyer.lines) == (seen.id, ["Home street 5"])
    printed = await stored_paper(await hall.read(), host, seen.id)
    assert printed.paper.buyer.lines == ()
