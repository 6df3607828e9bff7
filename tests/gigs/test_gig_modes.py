"""Protected payment in each mode of the ledger: what can be set aside, and that all of it comes out again."""

from decimal import Decimal

import pytest

from skillhall.gigs.commands.agree import CallOff, cancel_agreement
from skillhall.gigs.commands.contest import freeze, rule
from skillhall.gigs.commands.escrow import Release, release_escrow
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.money import CREDIT
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Transfer, opening, post
from tests.gigs.engaging import STAFF, Deals
from tests.support.hall import test_hall as open_hall

HAS = """
SELECT coalesce(sum(b.amount), 0)::int FROM ledger.balance b JOIN ledger.account a ON a.id = b.account_id
WHERE a.owner = $1 AND a.kind = ANY($2) AND a.asset = $3
"""


@pytest.mark.parametrize(
    ("mode", "asset", "wallet", "card"),
    [
        ("points", CREDIT, True, False),
        ("voucher", CREDIT, True, False),
        ("voucher", "EUR", False, True),
        ("per_booking", "EUR", False, True),
        ("licensed", "EUR", True, True),
    ],
)
async def test_what_is_set_aside_comes_out_again(database_dsn: str, mode: str, asset: str, wallet: bool, card: bool) -> None:
    async with open_hall(database_dsn, ledger_mode=mode) as hall:
        deals = Deals(hall)
        client, worker = await deals.pair(wallet=0)
        if wallet:
            lines = opening(client.account_id, wallet=1000, asset=asset)
            await hall.work(post, Transfer(id=ids.new(), kind="opening", subject=Subject("test", ids.new()), lines=lines))

        async def has(who: Actor, *kinds: str) -> int:
            return await hall.pool.fetchval(HAS, who.account_id, list(kinds), asset)

        unit = 1 if asset == CREDIT else 100
        made = await deals.active(client, worker, *([333] * 4 if unit == 1 else [Decimal("3.33")] * 4), budget=None, currency=asset)
        holds = [one.escrow.id for one in made.milestones]
        sources = [by for by, is_on in (("wallet", wallet), ("card", card)) if is_on]
        for index, (hold, milestone) in enumerate(zip(holds[:3], made.milestones, strict=False)):
            if sources[index % len(sources)] == "card":
                await deals.by_card(hold)
            else:
                await deals.funded(client, milestone)
        assert await has(client, "held") == 999
        await hall.run(release_escrow, client, holds[0], Release())
        case = Subject("dispute", ids.new())
        await hall.run(freeze, worker, holds[1], case)
        await hall.run(rule, STAFF, holds[1], case, 6000)
        await hall.run(cancel_agreement, client, made.id, CallOff())
        assert [(await deals.escrow(hold)).status for hold in holds] == ["released", "split", "refunded", "cancelled"]
        fee = 33 + 19
        await hall.drain()
        assert (await has(client, "held"), await has(worker, "wallet", "earnings")) == (0, 333 + 199 - fee)
        await hall.verify()


async def test_wallet_and_card_go_back_in_one_posting(database_dsn: str) -> None:
    async with open_hall(database_dsn, ledger_mode="licensed") as hall:
        deals = Deals(hall)
        client, worker = await deals.pair(wallet=0)
        lines = opening(client.account_id, wallet=1000, asset="EUR")
        await hall.work(post, Transfer(id=ids.new(), kind="opening", subject=Subject("test", ids.new()), lines=lines))
        made = await deals.active(client, worker, 4, 6, budget=None, currency="EUR")
        await deals.funded(client, made.milestones[0])
        await deals.by_card(made.milestones[1].escrow.id)
        await hall.run(cancel_agreement, client, made.id, CallOff())
        await hall.drain()
        assert await hall.pool.fetchval(HAS, client.account_id, ["wallet"], "EUR") == 1000
        assert await hall.pool.fetchval(HAS, client.account_id, ["held"], "EUR") == 0
        await hall.verify()
