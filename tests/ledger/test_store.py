"""`ledger.post`: what each posting moves, and what each refusal leaves untouched."""

from uuid import UUID

import asyncpg
import pytest

from skillhall.kernel import ids
from skillhall.kernel.db.statement import Statement
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import CREDIT
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import (
    AlreadyReversed,
    HoldClosed,
    HoldExists,
    HoldFrozen,
    HoldNotFound,
    HoldShort,
    Indebted,
    Insufficient,
    Lines,
    NotInMode,
    ProviderShort,
    Transfer,
    TransferDiffers,
    adjust,
    freeze,
    gift,
    grant,
    hold,
    post,
    release,
    reverse,
    settle,
    unfreeze,
)
from skillhall.ledger.model.refusals import NotReversible, TransferNotFound
from skillhall.ledger.model.transfer import Line, Mode, SecondPosting, opening
from tests.ledger.builders import BALANCES, SUBJECT, a_hold, a_member, a_transfer, again, has, in_mode, owe, platform, posting

REPORT, OTHER, DISPUTE = Subject("report", ids.new()), Subject("report", ids.new()), Subject("dispute", ids.new())
COUNTS = Statement("SELECT (SELECT count(*) FROM ledger.transfer) AS transfers, (SELECT count(*) FROM ledger.entry) AS entries")


def short(needed: int, available: int, currency: str = CREDIT) -> dict[str, object]:
    """Return the facts of a refusal for want of money."""
    return {"needed": needed, "available": available, "currency": currency}


def test_what_is_short_is_said_in_its_asset() -> None:
    assert Insufficient(needed=30, available=1, currency=CREDIT).sentence == "This needs 30 credits; available: 1 credit."
    assert HoldShort(needed=123456, available=0, currency="EUR").sentence == "This needs 1,234.56 EUR of a hold; left in it: 0.00 EUR."
    assert Indebted(owed=5, currency="JPY").sentence == "Still owed: 5 JPY. That is collected first."


async def refused(tx: Tx, refusal: type[Refusal], kind: str, lines: Lines, **options: object) -> dict[str, object]:
    """Post, assert this refusal and that nothing moved; return its facts."""
    before = await tx.rows(BALANCES), await tx.row(COUNTS)
    with pytest.raises(refusal) as caught:
        await posting(tx, kind, lines, **options)  # pyright: ignore[reportArgumentType]
    assert (await tx.rows(BALANCES), await tx.row(COUNTS)) == before
    assert caught.value.sentence
    return caught.value.params


async def test_a_hold_spends_what_was_given_first(tx: Tx) -> None:
    ada = await a_member(tx, wallet=30, granted=10)
    await a_hold(tx, ada, 31)
    assert await has(tx, ada) == {"wallet": 9, "held": 31}


async def test_a_late_cancel_splits_31_into_14_1_and_16(tx: Tx) -> None:
    ada, host = await a_member(tx, wallet=30, granted=10), ids.new()
    hold_id = await a_hold(tx, ada, 31)
    await posting(tx, "settle", settle(hold_id, host, 15, fee=1, back=16))
    assert await has(tx, host) == {"grant": 10, "earnings": 4}
    assert await has(tx, ada) == {"wallet": 25}
    assert (await platform(tx))["platform_fee"] == 1


async def test_releasing_first_or_last_is_the_same(tx: Tx) -> None:
    outcomes: list[tuple[dict[str, int], dict[str, int]]] = []
    for order in (0, 1):
        ada, host = await a_member(tx, wallet=30, granted=10), ids.new()
        hold_id = await a_hold(tx, ada, 31)
        parts = [("settle", settle(hold_id, host, 15, fee=1)), ("release", release(hold_id, 16))]
        for kind, lines in parts[::-1] if order else parts:
            await posting(tx, kind, lines)
        outcomes.append((await has(tx, ada), await has(tx, host)))
    assert outcomes[0] == outcomes[1] == ({"wallet": 25}, {"grant": 10, "earnings": 4})


@pytest.mark.parametrize(("mode", "earned"), [("points", "wallet"), ("voucher", "earnings")])
async def test_the_mode_picks_the_payees_account(tx: Tx, mode: Mode, earned: str) -> None:
    in_mode(tx, mode)
    ada, host = await a_member(tx, wallet=20), ids.new()
    await posting(tx, "settle", settle(await a_hold(tx, ada, 20), host, 20, fee=2))
    assert await has(tx, host) == {earned: 18}


async def test_one_hold_pays_several(tx: Tx) -> None:
    ada, host, other = await a_member(tx, wallet=100), ids.new(), ids.new()
    hold_id = await a_hold(tx, ada, 100)
    await posting(tx, "settle", settle(hold_id, host, 40, fee=4) + settle(hold_id, other, 30, fee=3) + release(hold_id))
    assert (await has(tx, host), await has(tx, other), await has(tx, ada)) == ({"earnings": 36}, {"earnings": 27}, {"wallet": 30})


async def test_what_is_owed_is_collected_from_whatever_comes_in(tx: Tx) -> None:
    ada, host = await a_member(tx, wallet=20), ids.new()
    await owe(tx, host, 12)
    hold_id = await a_hold(tx, ada, 20)
    await posting(tx, "settle", settle(hold_id, host, 10))
    assert await has(tx, host) == {"debt": -2}
    await posting(tx, "settle", settle(hold_id, host, 10))
    assert await has(tx, host) == {"earnings": 8}


async def test_what_was_given_pays_no_debt(tx: Tx) -> None:
    ada = ids.new()
    await owe(tx, ada, 5)
    await posting(tx, "grant", grant(ada, 10))
    assert await has(tx, ada) == {"debt": -5, "grant": 10}


async def test_who_owes_can_hold_nothing(tx: Tx) -> None:
    ada = await a_member(tx, granted=10)
    await owe(tx, ada, 5)
    assert await refused(tx, Indebted, "hold", hold(ids.new(), ada, 3, "test", ids.NIL)) == {"owed": 5, "currency": CREDIT}


async def test_nobody_spends_what_they_lack(tx: Tx) -> None:
    ada = await a_member(tx, wallet=7, granted=5)
    assert await refused(tx, Insufficient, "hold", hold(ids.new(), ada, 30, "test", ids.NIL)) == short(30, 12)
    assert await refused(tx, Insufficient, "adjust", adjust(ada, -13)) == short(13, 12)
    assert await refused(in_mode(tx, "points"), Insufficient, "gift", gift(ada, ids.new(), 8)) == short(8, 7)


async def test_earnings_and_granted_credits_are_not_for_giving(tx: Tx) -> None:
    ada = await a_member(tx, granted=5, earnings=50)
    assert await refused(in_mode(tx, "points"), Insufficient, "gift", gift(ada, ids.new(), 1)) == short(1, 0)


@pytest.mark.parametrize(
    ("mode", "kind", "asset"),
    [
        ("voucher", "gift", CREDIT),
        ("per_booking", "grant", CREDIT),
        ("licensed", "grant", CREDIT),
        ("points", "buy", CREDIT),
        ("per_booking", "hold", CREDIT),
        ("licensed", "hold", CREDIT),
        ("points", "hold", "EUR"),
        ("voucher", "adjust", "EUR"),
        ("voucher", "unheard_of", CREDIT),
    ],
)
async def test_a_mode_has_only_its_own_movements(tx: Tx, mode: Mode, kind: str, asset: str) -> None:
    lines = (Line(account="issuance", amount=-5, owner=ids.NIL, asset=asset), Line(account="grant", amount=5, owner=ids.new(), asset=asset))
    if kind == "gift":
        lines = gift(ids.new(), ids.new(), 5)
    if kind == "hold":
        lines = hold(ids.new(), ids.new(), 5, "test", ids.NIL, asset=asset)
    assert await refused(in_mode(tx, mode), NotInMode, kind, lines) == {"mode": mode, "kind": kind}


async def test_a_kind_touches_only_its_own_accounts(tx: Tx) -> None:
    assert await refused(tx, NotInMode, "grant", adjust(ids.new(), 5, account="wallet")) == {"mode": "voucher", "kind": "grant"}


async def test_a_transfer_that_does_not_balance_is_a_bug(tx: Tx) -> None:
    with pytest.raises(asyncpg.RaiseError, match="sum to zero"):
        await posting(tx, "grant", (Line(account="grant", amount=5, owner=ids.new(), asset=CREDIT),))
    assert await tx.rows(BALANCES) == []


async def test_no_line_takes_a_negative_part_of_a_hold(tx: Tx) -> None:
    hold_id = await a_hold(tx, await a_member(tx, wallet=20), 20)
    with pytest.raises(asyncpg.RaiseError, match="draws -5"):
        await posting(tx, "settle", (Line(account="payee", amount=-5, owner=ids.new(), hold_id=hold_id),))


async def test_the_same_transfer_posts_once(tx: Tx) -> None:
    ada, transfer_id = ids.new(), ids.new()
    first = await posting(tx, "grant", grant(ada, 10), transfer_id=transfer_id)
    second = await posting(tx, "grant", grant(ada, 10), transfer_id=transfer_id)
    assert (first.is_replay, second.is_replay, first.seq) == (False, True, second.seq)
    assert await has(tx, ada) == {"grant": 10}


async def test_another_transfer_under_the_same_id_is_refused(tx: Tx) -> None:
    ada, transfer_id = ids.new(), ids.new()
    await posting(tx, "grant", grant(ada, 10), transfer_id=transfer_id)
    await refused(tx, TransferDiffers, "grant", grant(ada, 11), transfer_id=transfer_id)


async def test_a_replayed_hold_that_is_empty_is_no_free_lesson(tx: Tx) -> None:
    ada, hold_id, transfer_id = await a_member(tx, wallet=30), ids.new(), ids.new()
    lines = hold(hold_id, ada, 10, "test", ids.NIL)
    await posting(tx, "hold", lines, transfer_id=transfer_id)
    assert (await posting(tx, "hold", lines, transfer_id=transfer_id)).is_replay
    await posting(tx, "release", release(hold_id))
    await refused(tx, HoldClosed, "hold", lines, transfer_id=transfer_id)


async def test_a_holds_id_is_never_used_again(tx: Tx) -> None:
    ada = await a_member(tx, wallet=30)
    hold_id = await a_hold(tx, ada, 10)
    await refused(tx, HoldExists, "hold", hold(hold_id, ada, 10, "test", ids.NIL))
    await posting(tx, "release", release(hold_id))
    await refused(tx, HoldClosed, "hold", hold(hold_id, ada, 10, "test", ids.NIL))


async def test_no_more_leaves_a_hold_than_is_in_it(tx: Tx) -> None:
    hold_id = await a_hold(tx, await a_member(tx, wallet=30), 30)
    assert await refused(tx, HoldShort, "settle", settle(hold_id, ids.new(), 20, back=11)) == short(11, 10)
    await posting(tx, "settle", settle(hold_id, ids.new(), 20, back=10))
    await refused(tx, HoldClosed, "release", release(hold_id))
    await refused(tx, HoldNotFound, "release", release(ids.new()))


async def test_a_frozen_hold_moves_only_for_its_case(tx: Tx) -> None:
    ada, host = await a_member(tx, wallet=30), ids.new()
    hold_id = await a_hold(tx, ada, 30)
    await refused(tx, HoldFrozen, "settle", settle(hold_id, host, 30), key=REPORT)
    assert await freeze(again(tx), [hold_id], REPORT) == [hold_id]
    await refused(tx, HoldFrozen, "settle", settle(hold_id, host, 30))
    await refused(tx, HoldFrozen, "release", release(hold_id), key=OTHER)
    await posting(tx, "settle", settle(hold_id, host, 10), key=REPORT)
    await refused(tx, HoldFrozen, "release", release(hold_id))
    await posting(tx, "release", release(hold_id), key=REPORT)
    assert await has(tx, ada) == {"wallet": 20}


async def test_the_first_key_stays_but_for_a_dispute(tx: Tx) -> None:
    hold_id = await a_hold(tx, await a_member(tx, wallet=30), 30)
    assert await freeze(again(tx), [hold_id], REPORT) == [hold_id]
    assert await freeze(tx, [hold_id], OTHER) == []
    assert await freeze(tx, [hold_id], DISPUTE) == [hold_id]
    assert await freeze(tx, [hold_id], REPORT) == []
    assert await freeze(tx, [hold_id], Subject("dispute", ids.new())) == []
    assert await unfreeze(tx, [hold_id], REPORT) == []
    assert await unfreeze(tx, [hold_id], DISPUTE) == [hold_id]


async def test_a_closed_hold_does_not_freeze(tx: Tx) -> None:
    hold_id = await a_hold(tx, await a_member(tx, wallet=30), 30)
    await posting(tx, "release", release(hold_id))
    assert await freeze(again(tx), [hold_id], REPORT) == []


async def test_a_grant_is_reversed_once(tx: Tx) -> None:
    ada, grant_id = ids.new(), ids.new()
    await posting(tx, "grant", grant(ada, 10), transfer_id=grant_id)
    assert not (await reverse(again(tx), tx.actor, grant_id)).is_replay
    assert (await reverse(again(tx), tx.actor, grant_id)).is_replay
    assert await has(tx, ada) == {}
    lines = (Line(account="issuance", amount=-1, owner=ids.NIL, asset=CREDIT), Line(account="wallet", amount=1, owner=ada, asset=CREDIT))
    with pytest.raises(AlreadyReversed):
        async with again(tx).savepoint():
            await post(tx, Transfer(id=ids.new(), kind="reversal", subject=SUBJECT, lines=lines, reverses=grant_id))


async def test_a_gift_that_paid_a_debt_is_reversed_into_that_debt(tx: Tx) -> None:
    in_mode(tx, "points")
    ada, ben, gift_id = await a_member(tx, wallet=20), ids.new(), ids.new()
    await owe(tx, ben, 5)
    await posting(tx, "gift", gift(ada, ben, 8), transfer_id=gift_id)
    assert await has(tx, ben) == {"wallet": 3}
    await reverse(again(tx), tx.actor, gift_id)
    assert (await has(tx, ada), await has(tx, ben)) == ({"wallet": 20}, {"debt": -5})


async def test_what_has_been_spent_is_not_reversed(tx: Tx) -> None:
    ada, grant_id = ids.new(), ids.new()
    await posting(tx, "grant", grant(ada, 10), transfer_id=grant_id)
    hold_id = await a_hold(tx, ada, 4)
    with pytest.raises(Insufficient):
        async with again(tx).savepoint():
            await reverse(tx, tx.actor, grant_id)
    assert await has(tx, ada) == {"grant": 6, "held": 4}
    with pytest.raises(NotReversible):
        await reverse(again(tx), tx.actor, await _transfer_of(tx, hold_id))
    with pytest.raises(TransferNotFound):
        await reverse(again(tx), tx.actor, ids.new())


async def test_a_transaction_posts_once(tx: Tx) -> None:
    ada = ids.new()
    await post(again(tx), a_transfer("grant", grant(ada, 10)))
    with pytest.raises(SecondPosting):
        await post(tx, a_transfer("grant", grant(ada, 10)))
    assert await has(tx, ada) == {"grant": 10}


async def test_a_posting_that_was_rolled_back_does_not_count(tx: Tx) -> None:
    ada = await a_member(tx, wallet=5)
    again(tx)
    with pytest.raises(Insufficient):
        async with tx.savepoint():
            await post(tx, a_transfer("hold", hold(ids.new(), ada, 9, "test", ids.NIL)))
    await post(tx, a_transfer("hold", hold(ids.new(), ada, 5, "test", ids.NIL)))
    assert await has(tx, ada) == {"held": 5}


async def test_a_transfer_without_lines_is_a_bug(tx: Tx) -> None:
    with pytest.raises(ValueError, match="no lines"):
        await post(tx, a_transfer("settle", ()))


async def test_no_more_leaves_through_a_provider_than_came_in(tx: Tx) -> None:
    in_mode(tx, "licensed")
    ada, topup = ids.new(), (("provider:stripe", -950), ("provider_fee", -50))
    paid = tuple(Line(account=account, amount=amount, owner=ids.NIL, asset="EUR") for account, amount in topup)
    await posting(tx, "topup", (*paid, Line(account="wallet", amount=1000, owner=ada, asset="EUR")))
    hold_id = ids.new()
    filling = Line(account="held", amount=1000, owner=ada, asset="EUR", hold_id=hold_id, purpose="refund", subject_id=ids.NIL)
    await posting(tx, "refund_open", (Line(account="wallet", amount=-1000, owner=ada, asset="EUR"), filling))
    out = Line(account="provider:stripe", amount=1000, owner=ids.NIL, hold_id=hold_id)
    assert await refused(tx, ProviderShort, "refund_done", (out,)) == short(1000, 950, "EUR")
    await posting(tx, "refund_done", (Line(account="provider:stripe", amount=950, owner=ids.NIL, hold_id=hold_id),))
    assert await has(tx, ada) == {"held": 50}


@pytest.mark.parametrize("table", ["account", "transfer", "entry", "hold", "balance"])
async def test_the_books_are_append_only(tx: Tx, table: str) -> None:
    await a_hold(tx, await a_member(tx, wallet=30), 30)
    changes = [f"DELETE FROM ledger.{table}", f"TRUNCATE ledger.{table}"]
    if column := {"account": "asset", "transfer": "kind", "entry": "amount"}.get(table):
        changes.append(f"UPDATE ledger.{table} SET {column} = {column}")
    for change in changes:
        with pytest.raises(asyncpg.RaiseError, match="append only"):
            async with tx.savepoint():
                await tx.run(Statement(change))


async def _transfer_of(tx: Tx, hold_id: UUID) -> UUID:
    opened = Statement("SELECT t.id FROM ledger.transfer t JOIN ledger.hold h ON h.opened_seq = t.seq WHERE h.id = $1")
    return await tx.value(opened, hold_id)


async def test_an_opening_brings_all_balances_in_one_transfer(tx: Tx) -> None:
    ada = ids.new()
    await posting(tx, "opening", opening(ada, wallet=3, granted=4, earnings=5))
    assert await has(tx, ada) == {"wallet": 3, "grant": 4, "earnings": 5}
    assert (await platform(tx))["opening"] == -12


async def test_lines_of_one_hold_need_not_stand_together(tx: Tx) -> None:
    ada, ben, host = await a_member(tx, wallet=50), await a_member(tx, wallet=50), ids.new()
    first, second = await a_hold(tx, ada, 30), await a_hold(tx, ben, 20)
    lines = settle(first, host, 10, fee=1) + release(second, 5) + release(first, 4) + settle(second, host, 15) + release(first)
    await posting(tx, "settle", lines)
    assert (await has(tx, ada), await has(tx, ben), await has(tx, host)) == ({"wallet": 40}, {"wallet": 35}, {"earnings": 24})
