"""The rules of money that goes back, alone."""

from datetime import timedelta
from decimal import Decimal

import pytest

from skillhall.kernel import ids
from skillhall.kernel.clock import Clock
from skillhall.kernel.money import Money
from skillhall.ledger.api import Leg
from skillhall.payments.model import chargeback
from skillhall.payments.model.division import division
from skillhall.payments.model.prices import minor_of
from skillhall.payments.model.refund import Refund, State, WrongNewsError, may_be_resent, told, undone
from skillhall.payments.ports import ChargebackFacts, RefundFacts

NOW = Clock().wall()


def a_refund(state: State, **changes: object) -> Refund:
    facts: dict[str, object] = {
        "id": ids.new(), "payment_id": ids.new(), "amount": 100, "asset": "USD", "why": "asked", "provider": "sandbox", "created_at": NOW,
        "updated_at": NOW, "state": state, "hold_id": ids.new(),
    }  # fmt: skip
    return Refund(**{**facts, **changes})  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("amount", "there", "under_way", "waiting", "expected"),
    [
        (100, 100, 0, 0, (0, 100, 0)),
        (100, 100, 40, 0, (0, 60, 40)),
        (100, 100, 0, 30, (30, 70, 0)),
        (20, 100, 50, 30, (20, 0, 0)),
        (50, 0, 0, 0, (0, 0, 50)),
        (150, 100, 20, 30, (30, 50, 70)),
    ],
)
def test_who_bears_what_has_left(amount: int, there: int, under_way: int, waiting: int, expected: tuple[int, int, int]) -> None:
    parts = division(amount, there, under_way, waiting)
    assert (parts.waiting, parts.owner, parts.excess) == expected


@pytest.mark.parametrize(
    ("state", "said", "is_certain", "after"),
    [
        (State.PENDING, "processing", False, State.SENT),
        (State.SENT, "unknown", False, State.UNKNOWN),
        (State.UNKNOWN, "processing", False, State.SENT),
        (State.UNKNOWN, "succeeded", False, State.SUCCEEDED),
        (State.SENT, "failed", False, State.FAILED),
        (State.SUCCEEDED, "processing", True, State.SUCCEEDED),
        (State.SUCCEEDED, "unknown", True, State.SUCCEEDED),
        (State.SUCCEEDED, "failed", False, State.FAILED),
        (State.FAILED, "succeeded", False, State.FAILED),
        (State.FAILED, "succeeded", True, State.SUCCEEDED),
        (State.FAILED, "processing", True, State.FAILED),
        (State.CANCELLED, "failed", True, State.CANCELLED),
    ],
)
def test_what_news_makes_of_a_refund(state: State, said: str, is_certain: bool, after: State) -> None:
    facts = RefundFacts(ref="re_1", state=said, amount=100, asset="USD")  # pyright: ignore[reportArgumentType]
    assert told(a_refund(state), facts, NOW, is_certain=is_certain).state is after


def test_another_amount_is_no_news_of_it() -> None:
    with pytest.raises(WrongNewsError):
        told(a_refund(State.SENT), RefundFacts(ref="re_1", state="succeeded", amount=99, asset="USD"), NOW, is_certain=True)


def test_the_same_call_is_made_again_only_while_it_is_the_same() -> None:
    sent = a_refund(State.UNKNOWN, sent_at=NOW)
    assert may_be_resent(sent, NOW + timedelta(seconds=59), 60)
    assert not may_be_resent(sent, NOW + timedelta(seconds=60), 60)
    assert not may_be_resent(a_refund(State.FAILED), NOW, 60)


def test_where_the_money_of_a_failed_refund_goes() -> None:
    payee = ids.new()
    sold = (Leg(ids.NIL, "sales", "USD", -80), Leg(ids.NIL, "tax", "USD", -20), Leg(payee, "held", "USD", 100))
    worked = (Leg(payee, "earnings", "USD", -90), Leg(ids.NIL, "platform_fee", "USD", -10), Leg(payee, "held", "USD", 100))
    kinds = [(undone(a_refund(State.FAILED), legs) or ("", ()))[0] for legs in (sold, worked, (Leg(payee, "wallet", "CREDIT", -5),))]
    assert kinds == ["refund_undone", "settle", "release"]
    assert undone(a_refund(State.FAILED), (Leg(payee, "held", "USD", -100), Leg(payee, "held", "USD", 100))) is None


def test_what_the_bank_has_decided_stays() -> None:
    one = chargeback.Chargeback(
        id=ids.new(), payment_id=ids.new(), provider="sandbox", ref="cb", amount=5, asset="USD", state=chargeback.State.OPEN, opened_at=NOW,
        updated_at=NOW,
    )  # fmt: skip
    seen: list[str] = []
    for said in ("under_review", "open", "lost", "won"):
        facts = ChargebackFacts(ref="cb", state=said, amount=5, asset="USD")  # pyright: ignore[reportArgumentType]
        one = chargeback.told(one, facts, NOW)
        seen.append(one.state)
    assert seen == ["under_review", "under_review", "lost", "lost"]


def test_a_bare_amount_is_in_major_units() -> None:
    assert (minor_of(Money(5, "JPY"), "JPY"), minor_of(Decimal("1.5"), "KWD")) == (5, 1500)
