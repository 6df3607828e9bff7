"""Lines and fees, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillhall.kernel import ids
from skillhall.ledger.model.transfer import Leg, adjust, fee_of, gift, grant, hold, opening, release, reversal, settle

A, B, HOLD = ids.new(), ids.new(), ids.new()


@pytest.mark.parametrize(
    ("gross", "fee"), [(0, 0), (1, 0), (2, 1), (9, 1), (10, 1), (15, 1), (19, 1), (20, 2), (31, 3), (199, 19), (1000, 100)]
)
def test_the_fee_is_floored_and_at_least_one_where_that_leaves_something(gross: int, fee: int) -> None:
    assert fee_of(gross, 1000, 1) == fee


def test_a_fee_in_money_has_no_minimum() -> None:
    assert [fee_of(gross, 1000, 0) for gross in (1, 9, 10, 333)] == [0, 0, 1, 33]


@given(gross=st.integers(0, 10**12), basis_points=st.integers(0, 10_000), fee_min=st.integers(0, 100))
def test_a_fee_never_exceeds_the_gross(gross: int, basis_points: int, fee_min: int) -> None:
    assert 0 <= fee_of(gross, basis_points, fee_min) <= gross


def test_lines_outside_holds_sum_to_zero() -> None:
    for lines in (grant(A, 5), gift(A, B, 5), adjust(A, 5), adjust(A, -5), opening(A, wallet=3, granted=4, earnings=5)):
        assert sum(line.amount or 0 for line in lines) == 0


def test_a_settlement_names_payee_fee_and_the_payers_part() -> None:
    lines = settle(HOLD, B, 15, fee=1, back=16)
    assert [(line.account, line.amount) for line in lines] == [("payee", 14), ("platform_fee", 1), ("back", 16)]
    assert {line.hold_id for line in lines} == {HOLD}


def test_what_is_zero_makes_no_line() -> None:
    assert [line.account for line in settle(HOLD, B, 10)] == ["payee"]
    assert settle(HOLD, B, 0) == ()
    assert opening(A) == ()


def test_a_hold_carries_its_purpose() -> None:
    (line,) = hold(HOLD, A, 30, "test", B)
    assert (line.account, line.owner, line.amount, line.hold_id, line.purpose, line.subject_id) == ("hold", A, 30, HOLD, "test", B)


def test_releasing_without_an_amount_gives_back_what_is_left() -> None:
    assert release(HOLD)[0].amount is None
    assert release(HOLD, 4)[0].amount == 4


def test_a_reversal_mirrors() -> None:
    lines = reversal([Leg(A, "wallet", "CREDIT", -5), Leg(B, "wallet", "CREDIT", 5)])
    assert [(line.owner, line.amount) for line in lines] == [(A, 5), (B, -5)]


@pytest.mark.parametrize("amount", [0, -1])
def test_amounts_below_one_are_bugs(amount: int) -> None:
    with pytest.raises(ValueError, match="above zero"):
        hold(HOLD, A, amount, "test", B)
    with pytest.raises(ValueError, match="above zero"):
        gift(A, B, amount)
    with pytest.raises(ValueError, match="above zero"):
        release(HOLD, amount)


@pytest.mark.parametrize(("gross", "fee", "back"), [(10, 11, 0), (10, -1, 0), (10, 1, -1)])
def test_a_settlement_that_cannot_be_is_a_bug(gross: int, fee: int, back: int) -> None:
    with pytest.raises(ValueError, match="settlement"):
        settle(HOLD, B, gross, fee=fee, back=back)
