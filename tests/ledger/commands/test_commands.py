"""Gifts, adjustments, the sign-up grant, and what identity asks."""

from uuid import UUID

import pytest

from skillhall.identity.api import AccountNotActive, AccountNotFound, Obligations, PersonalData, Verified
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import Statement
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Invalid
from skillhall.ledger.api import Insufficient, NotInMode
from skillhall.ledger.commands.adjust import Adjust, SignedCredits, adjust_credits
from skillhall.ledger.commands.gift import Credits, Gift, give
from skillhall.ledger.commands.people import LedgerData, LedgerObligations
from skillhall.ledger.events import CreditsAdjusted, GiftGiven
from skillhall.ledger.model.refusals import GiftToSelf
from skillhall.ledger.model.transfer import opening
from tests.ledger.builders import a_hold, a_member, again, an_account, has, in_mode, owe, posting
from tests.support.hall import TestHall

BLOCK = Statement("INSERT INTO identity.block (account_id, blocked_id, blocked_at) VALUES ($1, $2, now())")


async def a_giver(tx: Tx) -> Actor:
    """Return somebody with an account and 20 bought credits, in mode points."""
    account_id = await an_account(in_mode(tx, "points"))
    await posting(tx, "opening", opening(account_id, wallet=20))
    return Actor(account_id=account_id)


def a_gift(to: UUID, amount: int = 8) -> Gift:
    return Gift(to_account_id=to, amount=Credits(amount), note="Thank you")


async def test_a_gift(tx: Tx) -> None:
    by, to = await a_giver(tx), await an_account(tx)
    view = await give(again(tx), by, a_gift(to))
    assert view.wallet.balances[0].available.amount == 12
    assert await has(tx, to) == {"wallet": 8}
    assert [event for event in tx.events if isinstance(event, GiftGiven)] == [
        GiftGiven(transfer_id=view.id, from_account_id=by.account_id, to_account_id=to, amount=8)
    ]
    assert [(entry.action, entry.reason) for entry in tx.audits] == [("ledger.gift", "Thank you")]


@pytest.mark.parametrize("turned", [False, True])
async def test_no_gift_where_one_has_blocked_the_other(tx: Tx, turned: bool) -> None:
    by, to = await a_giver(tx), await an_account(tx)
    await tx.run(BLOCK, *((to, by.account_id) if turned else (by.account_id, to)))
    with pytest.raises(AccountNotFound):
        await give(again(tx), by, a_gift(to))
    assert await has(tx, to) == {}


async def test_no_gift_to_oneself_to_nobody_or_to_the_suspended(tx: Tx) -> None:
    by = await a_giver(tx)
    with pytest.raises(GiftToSelf):
        await give(again(tx), by, a_gift(by.account_id))
    with pytest.raises(AccountNotFound):
        await give(again(tx), by, a_gift(ids.new()))
    with pytest.raises(AccountNotActive):
        await give(again(tx), by, a_gift(await an_account(tx, state="suspended")))
    assert await has(tx, by.account_id) == {"wallet": 20}


async def test_gifts_exist_in_mode_points_only(tx: Tx) -> None:
    by, to = await a_giver(tx), await an_account(tx)
    in_mode(tx, "voucher")
    with pytest.raises(NotInMode):
        async with again(tx).savepoint():
            await give(tx, by, a_gift(to))
    assert await has(tx, by.account_id) == {"wallet": 20}


@pytest.mark.parametrize(
    ("amount", "account", "left"),
    [(5, "grant", {"grant": 15, "wallet": 20}), (5, "wallet", {"grant": 10, "wallet": 25}), (-12, "grant", {"wallet": 18})],
)
async def test_an_adjustment(tx: Tx, amount: int, account: str, left: dict[str, int]) -> None:
    member = await an_account(tx, state="suspended")
    await posting(tx, "opening", opening(member, wallet=20, granted=10))
    command = Adjust(amount=SignedCredits(amount), reason="Because.", account="wallet" if account == "wallet" else "grant")
    view = await adjust_credits(again(tx), tx.actor, member, command)
    assert await has(tx, member) == left
    assert view.wallet.balances[0].available.amount == 30 + amount
    (audit,) = tx.audits
    assert (audit.action, audit.subject.id, audit.reason) == ("ledger.adjust", member, "Because.")
    assert tx.events == [CreditsAdjusted(transfer_id=view.id, account_id=member, amount=amount)]


async def test_an_adjustment_never_goes_below_zero_nor_nowhere(tx: Tx) -> None:
    member = await an_account(tx)
    await posting(tx, "opening", opening(member, wallet=20))
    for amount, refusal in ((-21, Insufficient), (0, Invalid)):
        with pytest.raises(refusal):
            async with again(tx).savepoint():
                await adjust_credits(tx, tx.actor, member, Adjust(amount=SignedCredits(amount), reason="Because."))
    with pytest.raises(AccountNotFound):
        await adjust_credits(again(tx), tx.actor, ids.new(), Adjust(amount=SignedCredits(5), reason="Because."))
    assert await has(tx, member) == {"wallet": 20}


async def test_the_signup_grant_is_paid_once(hall: TestHall) -> None:
    account_id = ids.new()

    async def verified(tx: Tx) -> None:
        for port in tx.ports(Verified):
            await port.verified(tx, account_id, "register")

    for _ in range(2):
        await hall.work(verified)
    await hall.race(*(lambda: hall.work(verified) for _ in range(6)))
    assert (await hall.work(has, account_id)) == {"grant": 10}
    await hall.verify()


@pytest.mark.parametrize(("mode", "origin"), [("per_booking", "register"), ("licensed", "register"), ("points", "import")])
async def test_no_grant_where_there_is_none(tx: Tx, mode: str, origin: str) -> None:
    account_id = ids.new()
    for port in in_mode(tx, mode).ports(Verified):  # pyright: ignore[reportArgumentType]
        await port.verified(tx, account_id, origin)
    assert await has(tx, account_id) == {}


async def test_what_keeps_an_account_from_closing(tx: Tx) -> None:
    assert any(isinstance(port, LedgerObligations) for port in tx.ports(Obligations))
    ada = await a_member(tx, wallet=20, granted=5)
    assert await LedgerObligations().obligations(tx, ada) == []
    await a_hold(tx, ada, 8)
    await owe(tx, ada, 3)
    ben = await a_member(tx, earnings=5)
    owing, earning = await LedgerObligations().obligations(tx, ada), await LedgerObligations().obligations(tx, ben)
    assert [(found.kind, found.count) for found in owing] == [("ledger.hold", 1), ("ledger.debt", 1)]
    assert [found.kind for found in earning] == ["ledger.earnings"]


async def test_the_export_tells_ones_own_entries_and_erasing_leaves_the_books(tx: Tx) -> None:
    assert any(isinstance(port, LedgerData) for port in tx.ports(PersonalData))
    ada, ben = await a_member(tx, wallet=20), await a_member(tx, wallet=7)
    entries = (await LedgerData().export(tx, ada))["entries"]
    assert isinstance(entries, list)
    assert [(entry["kind"], entry["account"], entry["amount"]) for entry in entries] == [("opening", "wallet", 20)]
    assert await LedgerData().erase(tx, ada, "gone", 100)
    assert (await has(tx, ada), await has(tx, ben)) == ({"wallet": 20}, {"wallet": 7})
