"""Each check finds the breach it is there for, and nothing else; a mode is entered only with empty pockets."""

import pytest

from skillhall.kernel import ids
from skillhall.kernel.db.statement import Statement
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.verify import run_checks
from skillhall.ledger.api import check_mode, gift, release, reverse, settle
from skillhall.ledger.model.refusals import ModeNotEmpty
from skillhall.ledger.model.transfer import Mode
from skillhall.ledger.queries.books import CHECKS, GAUGES
from tests.ledger.builders import a_hold, a_member, again, in_mode, posting

UNLOCK = [f"ALTER TABLE ledger.{table} DISABLE TRIGGER USER" for table in ("account", "transfer", "entry", "hold", "balance")]
BREACHES = [
    ("UPDATE ledger.entry SET amount = amount + 1 WHERE line = 1", {"transfers_sum_to_zero", "balances_equal_their_entries"}),
    ("DELETE FROM ledger.entry WHERE transfer_seq = (SELECT max(transfer_seq) FROM ledger.entry)", {"nothing_is_orphaned"}),
    ("UPDATE ledger.entry SET transfer_seq = transfer_seq + 1000", {"nothing_is_orphaned"}),
    ("UPDATE ledger.entry SET account_id = account_id + 1000 WHERE balance_after IS NOT NULL", {"nothing_is_orphaned"}),
    ("DELETE FROM ledger.hold", {"nothing_is_orphaned", "what_is_held_has_holds"}),
    ("UPDATE ledger.balance SET amount = amount + 1 WHERE NOT debt", {"balances_equal_their_entries"}),
    ("UPDATE ledger.balance SET entries = entries + 1", {"balances_equal_their_entries"}),
    ("DELETE FROM ledger.balance", {"balances_equal_their_entries"}),
    ("UPDATE ledger.hold SET remaining = remaining - 1, granted = 0 WHERE remaining > 0",
     {"holds_equal_their_entries", "what_is_held_has_holds"}),
    ("UPDATE ledger.hold SET amount = amount + 1", {"holds_equal_their_entries"}),
    ("UPDATE ledger.hold SET account_id = (SELECT min(id) FROM ledger.account WHERE kind = 'wallet')", {"what_is_held_has_holds"}),
    ("UPDATE ledger.transfer SET reverses = (SELECT min(id::text)::uuid FROM ledger.transfer) WHERE kind = 'settle'",
     {"reversals_mirror_what_they_reverse"}),
]  # fmt: skip


async def a_little_of_everything(tx: Tx) -> None:
    """Post openings, holds, a settlement, a release, a gift and its reversal."""
    ada, ben = await a_member(tx, wallet=100, granted=10), await a_member(tx, wallet=50)
    await posting(tx, "settle", settle(await a_hold(tx, ada, 31), ben, 15, fee=1, back=16))
    await posting(tx, "release", release(await a_hold(tx, ada, 20), 5))
    in_mode(tx, "points")
    gift_id = ids.new()
    await posting(tx, "gift", gift(ada, ben, 7), transfer_id=gift_id)
    await reverse(again(tx), tx.actor, gift_id)
    await a_hold(tx, ben, 9)


async def broken(tx: Tx) -> set[str]:
    report = await run_checks(tx, CHECKS)
    assert report.checks == len(CHECKS)
    assert report.is_clean is not bool(report.findings)
    return {finding.check.removeprefix("ledger.") for finding in report.findings}


async def test_true_books_prove(tx: Tx) -> None:
    await a_little_of_everything(tx)
    assert await broken(tx) == set()


@pytest.mark.parametrize(("breach", "found"), BREACHES)
async def test_every_breach_is_found(tx: Tx, breach: str, found: set[str]) -> None:
    await a_little_of_everything(tx)
    for statement in (*UNLOCK, breach):
        await tx.run(Statement(statement))
    assert await broken(tx) >= found


def test_every_check_has_a_breach() -> None:
    assert {check.name for check in CHECKS} == {f"ledger.{name}" for _, found in BREACHES for name in found}


async def test_the_figures(tx: Tx) -> None:
    await a_hold(tx, await a_member(tx, wallet=40), 30)
    balances, holds, transfers = [await tx.rows(gauge.value) for gauge in GAUGES]
    assert {kind: amount for kind, amount in balances if amount} == {"wallet": 10, "held": 30}
    assert holds[0][0] == 1
    assert transfers[0][0] >= 2


@pytest.mark.parametrize(
    ("mode", "accounts"), [("points", "earnings CREDIT"), ("per_booking", "earnings CREDIT, grant CREDIT, opening CREDIT")]
)
async def test_a_mode_is_not_entered_over_what_it_does_not_know(tx: Tx, mode: Mode, accounts: str) -> None:
    await check_mode(tx)
    await a_member(tx, granted=5, earnings=7)
    await check_mode(tx)
    with pytest.raises(ModeNotEmpty) as refused:
        await check_mode(in_mode(tx, mode))
    assert refused.value.params == {"mode": mode, "accounts": accounts}
