"""Transfers that come in bulk go through the posting function, and are refused like any other."""

from datetime import timedelta
from uuid import UUID

import pytest

from skillhall.kernel import ids
from skillhall.kernel.db.statement import Statement
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import NIL
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Insufficient, Transfer, TransferDiffers, adopt, grant, hold, opening, release, settle
from skillhall.ledger.queries.books import CHECKS
from tests.ledger.builders import a_transfer

SUBJECT = Subject("test", NIL)
STORED = Statement("""
    SELECT t.kind, t.at FROM ledger.transfer t WHERE t.id = ANY($1) ORDER BY t.seq
""")
HAS = Statement("SELECT kind, amount FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id WHERE a.owner = $1 AND amount <> 0")


async def balances(tx: Tx, owner: UUID) -> dict[str, int]:
    return {row["kind"]: row["amount"] for row in await tx.rows(HAS, owner)}


async def test_a_life_of_transfers_keeps_its_order_and_its_times(tx: Tx) -> None:
    payer, payee, first, second = (ids.new() for _ in range(4))
    transfers = [
        a_transfer("grant", grant(payer, 10)),
        a_transfer("opening", opening(payer, wallet=5)),
        a_transfer("hold", hold(first, payer, 12, "session", ids.new())),
        a_transfer("settle", settle(first, payee, 12, fee=1)),
        a_transfer("hold", hold(second, payer, 3, "session", ids.new())),
        a_transfer("release", release(second)),
    ]
    times = [tx.now - timedelta(days=30 - place) for place in range(len(transfers))]
    await adopt(tx, list(zip(times[:3], transfers[:3], strict=True)))
    await adopt(tx, list(zip(times[3:], transfers[3:], strict=True)))
    stored = await tx.rows(STORED, [transfer.id for transfer in transfers])
    assert [(row["kind"], row["at"]) for row in stored] == [(one.kind, at) for one, at in zip(transfers, times, strict=True)]
    assert await balances(tx, payer) == {"wallet": 3}
    assert await balances(tx, payee) == {"grant": 10, "earnings": 1}
    for check in CHECKS:
        assert await tx.rows(check.violations) == []


async def test_again_is_a_replay(tx: Tx) -> None:
    payer = ids.new()
    postings = [(tx.now, a_transfer("grant", grant(payer, 10)))]
    await adopt(tx, postings)
    await adopt(tx, postings)
    assert await balances(tx, payer) == {"grant": 10}


async def test_what_the_books_refuse_is_refused(tx: Tx) -> None:
    payer = ids.new()
    given = a_transfer("grant", grant(payer, 10))
    with pytest.raises(Insufficient) as refused:
        async with tx.savepoint():
            await adopt(tx, [(tx.now, given), (tx.now, a_transfer("hold", hold(ids.new(), payer, 11, "session", ids.new())))])
    assert refused.value.params == {"needed": 11, "available": 10, "currency": "CREDIT"}
    assert await balances(tx, payer) == {}
    await adopt(tx, [(tx.now, given)])
    with pytest.raises(TransferDiffers):
        async with tx.savepoint():
            await adopt(tx, [(tx.now, a_transfer("grant", grant(payer, 11), transfer_id=given.id))])


async def test_the_future_and_cases_do_not_come_in_bulk(tx: Tx) -> None:
    payer = ids.new()
    with pytest.raises(ValueError, match="future"):
        await adopt(tx, [(tx.now + timedelta(seconds=1), a_transfer("grant", grant(payer, 10)))])
    of_a_case = Transfer(id=ids.new(), kind="release", subject=SUBJECT, lines=release(ids.new()), freeze_key=Subject("report", NIL))
    with pytest.raises(ValueError, match="one by one"):
        await adopt(tx, [(tx.now, of_a_case)])
