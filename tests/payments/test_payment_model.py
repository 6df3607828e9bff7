"""How news changes a payment: repeated, late and contradicting news changes nothing, captured money always counts."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import msgspec

from skillhall.kernel import ids
from skillhall.payments.model.attempt import looks_like_a_card
from skillhall.payments.model.payment import Payment, folded, status_of
from skillhall.payments.model.rules import PaymentRules, redeem_prices
from skillhall.payments.ports import PaymentFacts

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def a_payment(**changes: Any) -> Payment:
    facts: dict[str, Any] = {
        "id": ids.new(), "payer_id": ids.new(), "payee_id": None, "purpose": "credits", "asked_kind": "package", "asked_id": ids.new(),
        "subject_kind": "purchase", "subject_id": ids.new(), "title": "A thing", "amount": 2499, "asset": "EUR", "fee": 0, "lines": (),
        "hold_id": None, "coupon_code": None, "provider": "sandbox", "is_off_session": False, "state": "created", "created_at": NOW,
        "updated_at": NOW, "expires_at": NOW, **changes,
    }  # fmt: skip
    return Payment(**facts)


def said(state: Any, minute: int | None = None, **more: Any) -> PaymentFacts:
    at = None if minute is None else NOW + timedelta(minutes=minute)
    captured = {"captured": 2499, "asset": "EUR", "fee": 75} if state == "succeeded" else {}
    return PaymentFacts(ref="ch_1", state=state, at=at, **{**captured, **more})


def test_whatever_the_order_captured_money_counts_once():
    news = [said("created"), said("requires_action", action_url="x"), said("processing"), said("failed", failure="no"), said("succeeded")]
    for order in permutations([*news, said("unknown"), said("cancelled")], 5):
        payment, captures = a_payment(), 0
        for facts in (*order, *order):
            before, payment = payment, folded(payment, facts, NOW)
            captures += payment.captured > before.captured
            assert (payment.captured == 2499) == (payment.state == "succeeded") == (payment.succeeded_at is not None)
        assert captures == (said("succeeded") in order)
        if captures:
            assert (payment.state, payment.provider_fee, payment.client_secret, payment.action_url) == ("succeeded", 75, None, None)


def test_old_news_is_no_news():
    failed = folded(a_payment(), said("failed", 2, failure="declined"), NOW)
    assert (failed.state, failed.failure) == ("failed", "declined")
    assert folded(failed, said("requires_action", 1, action_url="x"), NOW).state == "failed"
    again = folded(failed, said("processing", 3), NOW)
    assert (again.state, again.failure) == ("processing", "")
    assert folded(again, said("succeeded", 1), NOW).state == "succeeded"
    assert folded(again, said("processing", 3), NOW) is again
    assert folded(a_payment(state="unknown"), said("created"), NOW).state == "created"
    assert folded(a_payment(state="cancelled"), said("failed"), NOW).state == "cancelled"
    assert folded(a_payment(state="processing"), said("unknown"), NOW).state == "unknown"


def test_the_status_tells_what_came_of_the_money():
    paid = a_payment(state="succeeded", captured=100, succeeded_at=NOW)
    turned = {"refunded": 40}, {"refunded": 100}, {"disputed": 40}, {"charged_back": 100}, {}
    names = [status_of(msgspec.structs.replace(paid, **more)) for more in turned]
    assert names == ["partially_refunded", "refunded", "disputed", "charged_back", "succeeded"]
    assert status_of(a_payment(state="succeeded", amount=0)) == "succeeded"


def test_a_wrong_amount_or_currency_is_seen():
    payment = a_payment()
    assert not payment.disagrees(said("succeeded"))
    assert payment.disagrees(said("succeeded", captured=2498))
    assert payment.disagrees(said("succeeded", asset="USD"))


def test_another_charge_of_the_same_payment():
    known = folded(a_payment(), said("processing"), NOW)
    other = msgspec.structs.replace(said("failed", failure="no"), ref="ch_2")
    assert folded(known, other, NOW) is known
    first = msgspec.structs.replace(said("succeeded"), ref="ch_2")
    assert not known.disagrees(first)
    paid = folded(known, first, NOW)
    assert (paid.ref, paid.state) == ("ch_2", "succeeded")
    assert (paid.disagrees(first), paid.disagrees(said("succeeded"))) == (False, True)


def test_the_number_of_a_card_is_seen():
    assert looks_like_a_card("4242 4242-4242 4242")
    assert not looks_like_a_card("4242424242424241")
    assert not looks_like_a_card("pm_4242424242424242")
    assert not looks_like_a_card("424242")


def test_rules_by_currency():
    rules = PaymentRules()
    assert (rules.credit_redeem_price.get("USD"), rules.credit_redeem_price.get("KWD")) == (10, None)
    assert redeem_prices("") == rules.credit_redeem_price
    assert redeem_prices("EUR:10,TRY:350") == {"EUR": 10, "TRY": 350}
    assert (rules.min_payout("USD"), rules.min_payout("JPY"), rules.min_payout("KWD"), rules.min_payout("INR")) == (
        1000,
        10,
        10_000,
        50_000,
    )
