"""The rules of sales as they are, without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from skillhall.billing.model.price import Off, Priced, check_redemption, plan_id
from skillhall.billing.model.purchase import Purchase, credits_for, most_back, tax_in
from skillhall.billing.model.refusals import NoRedeemPrice, PriceBelowRedemption
from skillhall.billing.model.subscription import (
    BillingRules,
    Terms,
    after_months,
    begun,
    following,
    is_last_try,
    renewed,
    renewing,
    retried,
    upgrade_net,
)
from skillhall.kernel import ids

JANUARY = datetime(2027, 1, 31, 9, 30, tzinfo=UTC)
PRO = Terms(plan_id=plan_id("pro"), code="pro", name="Pro", price=1999, asset="EUR", limits={}, trial_days=14)
RULES = BillingRules()


def purchase(amount: int, credits_: int, tax: int = 0) -> Purchase:
    return Purchase(
        id=ids.NIL, account_id=ids.NIL, purpose="credits", kind="package", asked_kind="package", asked_id=ids.NIL, title="", amount=amount,
        tax=tax, asset="EUR", lines=(), created_at=JANUARY, credits=credits_,
    )  # fmt: skip


def test_months_keep_the_day_they_began_on():
    ends = [after_months(JANUARY, months).date().isoformat() for months in (1, 2, 3, 13)]
    assert ends == ["2027-02-28", "2027-03-31", "2027-04-30", "2028-02-29"]
    sub = begun(ids.NIL, ids.NIL, PRO, 1999, None, JANUARY, is_trial=False)
    for end in ends[:3]:
        assert sub.period_end.date().isoformat() == end
        sub = renewed(sub, PRO, 1999, sub.period_end)
    trial = begun(ids.NIL, ids.NIL, PRO, 1999, None, JANUARY, is_trial=True)
    assert (trial.period_end, following(trial, trial.period_end).end) == (
        JANUARY + timedelta(days=14),
        datetime(2027, 3, 14, 9, 30, tzinfo=UTC),
    )


def test_months_nobody_looked_at_are_not_charged():
    sub = begun(ids.NIL, ids.NIL, PRO, 1999, None, JANUARY, is_trial=False)
    late = sub.period_end + timedelta(days=80)
    assert following(sub, late).start == late
    assert renewed(sub, PRO, 1999, late).due_at == after_months(late, 1)


def test_five_tries_in_three_weeks():
    sub = renewing(begun(ids.NIL, ids.NIL, PRO, 1999, None, JANUARY, is_trial=False), ids.NIL, JANUARY, RULES)
    days: list[int] = []
    while not is_last_try(sub, RULES):
        assert sub.due_at
        days.append((sub.due_at - JANUARY).days)
        sub = retried(sub, sub.due_at, RULES)
    assert days == [2, 7, 14, 21]


@given(st.integers(0, 10**7), st.integers(1, 10**7), st.integers(0, 31 * 86_400))
def test_an_upgrade_costs_no_more_than_a_whole_month_of_the_difference(old: int, more: int, passed: int):
    sub = begun(ids.NIL, ids.NIL, PRO, old, None, JANUARY, is_trial=False)
    assert 0 <= upgrade_net(sub, old + more, JANUARY + timedelta(seconds=passed)) <= more
    assert upgrade_net(sub, old + more, JANUARY) == more


def test_what_is_never_redeemed_is_sold_in_every_currency():
    lira = [Priced(code="lira", credits=500, prices={"TRY": 5000})]
    for nothing in ({}, {"EUR": 0}):
        check_redemption(lira, [], nothing, JANUARY)
    for redeem in ({"EUR": 10}, {"EUR": 10, "TRY": 0}):
        with pytest.raises(NoRedeemPrice):
            check_redemption(lira, [], redeem, JANUARY)
    check_redemption(lira, [], {"EUR": 10, "TRY": 10}, JANUARY)
    with pytest.raises(PriceBelowRedemption):
        check_redemption(lira, [], {"EUR": 10, "TRY": 11}, JANUARY)


def test_a_coupon_takes_no_more_than_the_price():
    assert Off(code="A", percent_bp=10_000).of(999) == 999
    assert Off(code="A", percent_bp=1_000).of(999) == 99
    assert Off(code="A", amount=1_000).of(999) == 999
    assert (Off(code="A", left=0).is_left, Off(code="A").is_left) == (False, True)


@given(st.integers(1, 10**6), st.integers(1, 10**4), st.data())
def test_parts_that_go_back_never_take_more_than_was_bought(amount: int, bought: int, data: st.DataObject):
    one, unspent, back, tax = purchase(amount, bought, tax=amount // 7), bought, 0, 0
    for _ in range(6):
        unspent -= data.draw(st.integers(0, unspent))
        most = most_back(one, unspent)
        if most == 0:
            continue
        part = data.draw(st.integers(1, most))
        credits_ = credits_for(one, part)
        assert 0 < credits_ <= unspent
        back, tax = back + part, tax + tax_in(one, part)
        unspent -= credits_
        one = replace(one, money_back=one.money_back + part, credits_back=one.credits_back + credits_)
    assert back <= amount
    assert one.credits_back <= bought
    if back == amount:
        assert tax == one.tax
