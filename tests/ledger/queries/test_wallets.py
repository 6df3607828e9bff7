"""What members see of their own."""

from datetime import timedelta

import msgspec

from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import CREDIT, Money
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import freeze, opening, settle, wallet
from skillhall.ledger.queries.wallets import HoldQuery, StatementQuery, holds, statement
from tests.ledger.builders import a_hold, a_member, again, in_mode, owe, posting


async def test_a_wallet_nobody_has_touched_is_empty_not_absent(tx: Tx) -> None:
    view = await wallet(tx, ids.new())
    assert (view.mode, [balance.available for balance in view.balances]) == ("voucher", [Money(0, CREDIT)])
    euros = await wallet(in_mode(tx, "licensed"), ids.new())
    assert [balance.available for balance in euros.balances] == [Money(0, "EUR")]


async def test_a_wallet_shows_every_part_and_asset(tx: Tx) -> None:
    ada = await a_member(tx, wallet=30, granted=10, earnings=5)
    await a_hold(tx, ada, 15)
    await owe(tx, ada, 2)
    await posting(in_mode(tx, "licensed"), "opening", opening(ada, wallet=1250, asset="EUR"))
    own, euros = (await wallet(in_mode(tx, "voucher"), ada)).balances
    assert msgspec.to_builtins(own) == {
        part: {"amount": amount, "currency": "CREDIT"}
        for part, amount in {"available": 25, "granted": 0, "earnings": 5, "held": 15, "debt": 2}.items()
    }
    assert euros.available == Money(1250, "EUR")


async def test_a_statement_tells_every_entry_with_its_balance(tx: Tx) -> None:
    ada, host = await a_member(tx, wallet=30, granted=10), ids.new()
    hold_id = await a_hold(tx, ada, 31)
    await posting(tx, "settle", settle(hold_id, host, 15, fee=1, back=16))
    page = await statement(tx, ada, StatementQuery(sort="createdAt"))
    told = [(line.kind, line.account, line.amount.amount, line.balance_after.amount, line.hold_purpose) for line in page.items]
    assert told == [
        ("opening", "wallet", 30, 30, None),
        ("opening", "grant", 10, 10, None),
        ("hold", "grant", -10, 0, "test"),
        ("hold", "wallet", -21, 9, "test"),
        ("hold", "held", 31, 31, "test"),
        ("settle", "wallet", 16, 25, "test"),
        ("settle", "held", -31, 0, "test"),
    ]
    assert page.total == 7
    assert len({line.id for line in page.items}) == 7
    assert [line.amount.amount for line in (await statement(tx, host, StatementQuery(sort="createdAt"))).items] == [10, 4]


async def test_a_statement_is_filtered_and_walked(tx: Tx) -> None:
    ada = await a_member(tx, wallet=100)
    for amount in (1, 2, 3):
        await a_hold(tx, ada, amount)
    assert [line.amount.amount for line in (await statement(tx, ada, StatementQuery(kind="hold", account="held"))).items] == [3, 2, 1]
    assert (await statement(tx, ada, StatementQuery(asset="EUR"))).total == 0
    assert (await statement(tx, ada, StatementQuery(from_=tx.now + timedelta(seconds=1)))).total == 0
    assert (await statement(tx, ada, StatementQuery(from_=tx.now, to=tx.now + timedelta(seconds=1)))).total == 7
    seen, cursor = list[int](), ""
    while cursor is not None:
        page = await statement(tx, ada, StatementQuery(account="held", limit=1, cursor=cursor))
        seen += [line.amount.amount for line in page.items]
        cursor = page.next_cursor
    assert seen == [3, 2, 1]


async def test_open_holds_are_listed_and_closed_ones_not(tx: Tx) -> None:
    ada = await a_member(tx, wallet=100)
    first, second = await a_hold(tx, ada, 30), await a_hold(tx, ada, 20)
    await posting(tx, "settle", settle(first, ids.new(), 10))
    await posting(tx, "settle", settle(second, ids.new(), 20))
    await freeze(again(tx), [first], Subject("report", ids.new()))
    (held,) = (await holds(tx, ada, HoldQuery())).items
    assert (held.id, held.amount.amount, held.remaining.amount, held.is_frozen, held.purpose) == (first, 30, 20, True, "test")
    assert (await holds(tx, ids.new(), HoldQuery())).items == []
