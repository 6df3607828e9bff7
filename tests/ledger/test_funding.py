"""Money that comes in through a provider into a hold, and what leaves it: to the payee, and back to its source."""

from uuid import UUID

import pytest

from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import HoldExists, HoldFrozen, HoldShort, NotInMode, freeze, fund, hold_entries, refund, release, settle
from skillhall.ledger.model.transfer import Mode
from tests.ledger.builders import again, has, in_mode, platform, posting

PROVIDER = "provider:sandbox"
MONEY_MODES: tuple[Mode, ...] = ("voucher", "per_booking", "licensed")


async def a_funded_hold(tx: Tx, payer: UUID, amount: int) -> UUID:
    """Return a hold of money that has come in."""
    hold_id = ids.new()
    await posting(tx, "fund", fund(hold_id, payer, amount, "test", ids.NIL, asset="EUR", provider=PROVIDER))
    return hold_id


@pytest.mark.parametrize("mode", MONEY_MODES)
async def test_what_came_in_is_held_paid_and_given_back(tx: Tx, mode: Mode) -> None:
    in_mode(tx, mode)
    ada, host = ids.new(), ids.new()
    whole, split = await a_funded_hold(tx, ada, 1000), await a_funded_hold(tx, ada, 333)
    assert (await has(tx, ada), await platform(tx)) == ({"held": 1333}, {PROVIDER: -1333})
    await posting(tx, "settle", settle(split, host, 199, fee=19) + refund(split, PROVIDER, 134))
    assert (await has(tx, host), await has(tx, ada)) == ({"earnings": 180}, {"held": 1000})
    await posting(tx, "refund_done", refund(whole, PROVIDER))
    assert (await has(tx, ada), await platform(tx)) == ({}, {PROVIDER: -199, "platform_fee": 19})
    assert [(entry["account"], entry["amount"]) for entry in await hold_entries(tx, whole)] == [
        ("held", {"amount": 1000, "currency": "EUR"}),
        (PROVIDER, {"amount": 1000, "currency": "EUR"}),
        ("held", {"amount": -1000, "currency": "EUR"}),
    ]


async def test_a_hold_is_funded_once(tx: Tx) -> None:
    hold_id = await a_funded_hold(tx, ids.new(), 100)
    with pytest.raises(HoldExists):
        await posting(tx, "fund", fund(hold_id, ids.new(), 50, "test", ids.NIL, asset="EUR", provider=PROVIDER))


async def test_no_more_goes_back_than_is_held(tx: Tx) -> None:
    ada = ids.new()
    hold_id = await a_funded_hold(tx, ada, 100)
    with pytest.raises(HoldShort):
        await posting(tx, "refund_done", refund(hold_id, PROVIDER, 101))
    again(tx)
    await freeze(tx, [hold_id], Subject("dispute", ids.new()))
    with pytest.raises(HoldFrozen):
        await posting(tx, "refund_done", refund(hold_id, PROVIDER))
    assert await has(tx, ada) == {"held": 100}


async def test_points_have_no_money(tx: Tx) -> None:
    in_mode(tx, "points")
    with pytest.raises(NotInMode):
        await a_funded_hold(tx, ids.new(), 100)


async def test_money_by_card_does_not_become_stored_value(tx: Tx) -> None:
    hold_id = await a_funded_hold(tx, ids.new(), 100)
    with pytest.raises(NotInMode):
        await posting(tx, "release", release(hold_id))


def test_amounts_are_above_zero() -> None:
    with pytest.raises(ValueError, match="above zero"):
        fund(ids.new(), ids.new(), 0, "test", ids.NIL, asset="EUR", provider=PROVIDER)
    with pytest.raises(ValueError, match="above zero"):
        refund(ids.new(), PROVIDER, 0)
