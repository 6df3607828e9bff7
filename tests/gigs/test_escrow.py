"""Protected payments: released, frozen, given back, divided, by wallet and by card; and what others ask about them."""

from decimal import Decimal

import pytest

from skillhall.gigs.api import contested, evidence, find_contested, finished, freeze, rule, thaw
from skillhall.gigs.commands.deliver import approve_milestone
from skillhall.gigs.commands.escrow import (
    Grounds,
    Release,
    freeze_escrow,
    fund_milestone,
    refund_escrow,
    release_escrow,
    unfreeze_escrow,
)
from skillhall.gigs.commands.personal_data import GigData, GigObligations
from skillhall.gigs.model.engagement_refusals import AgreementMoved, EscrowNotFound
from skillhall.gigs.queries.escrows import EscrowQuery, escrow_view, escrows, spending
from skillhall.identity.events import AccountBanned, AccountRestored, AccountSuspended
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.events import Event
from skillhall.kernel.money import Money
from skillhall.kernel.refusals import Invalid
from skillhall.kernel.shapes import Subject
from tests.gigs.engaging import STAFF, Deals
from tests.learning.builders import DAY

SANDBOX = "provider:sandbox"
WHY = Grounds(reason="Both were heard.")
ALL = Release()
SPENT = """
SELECT coalesce(-sum(e.amount), 0)::int FROM ledger.entry e JOIN ledger.account a ON a.id = e.account_id
WHERE a.kind = $1 AND a.asset = 'EUR'
"""


def a_case() -> Subject:
    """Return a dispute."""
    return Subject("dispute", ids.new())


async def euros(deals: Deals, kind: str) -> int:
    """Return what has come in, and not gone back, through an account of the platform."""
    return await deals.hall.pool.fetchval(SPENT, kind)


async def test_the_client_releases_the_whole(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.active(client, worker, 100)
    hold = (await deals.started(client, worker, made.milestones[0])).escrow.id
    assert await deals.refused(release_escrow, client, hold, Release(amount=Money(10, "CREDIT"))) == "gigs.no_amount_taken"
    assert await deals.refused(release_escrow, worker, hold, ALL) == "gigs.client_only"
    assert await deals.refused(release_escrow, await deals.person(), hold, ALL) == "gigs.escrow_not_found"
    assert await deals.refused(release_escrow, client, ids.new(), ALL) == "gigs.escrow_not_found"
    assert await deals.held(client) == 100
    for _ in range(2):
        view = await deals.hall.run(release_escrow, client, hold, ALL)
        assert (view.status, view.paid_to_worker.amount, view.fee.amount, view.remaining.amount) == ("released", 90, 10, 0)
    assert (await deals.earned(worker), await deals.said("escrow_released")) == (90, 1)
    assert await deals.refused(refund_escrow, STAFF, hold, WHY) == "gigs.escrow_moved"
    await deals.hall.verify()


async def test_staff_freezes_unfreezes_and_gives_back(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.handed_over(client, worker, 40, 60)
    first, second = (one.escrow.id for one in made.milestones)
    frozen = await deals.hall.run(freeze_escrow, STAFF, first, WHY)
    assert (frozen.status, frozen.frozen_by, await deals.states(made.id)) == ("frozen", f"staff:{first}", ("disputed", "disputed"))
    assert await deals.refused(release_escrow, client, first, ALL) == "gigs.escrow_moved"
    assert await deals.refused(approve_milestone, client, made.milestones[0].id) == "gigs.milestone_moved"
    await deals.hall.advance(20 * DAY)
    assert [(await deals.escrow(one)).status for one in (first, second)] == ["frozen", "released"]
    assert (await deals.hall.run(freeze_escrow, STAFF, first, WHY)).frozen_by == f"staff:{first}"
    thawed = await deals.hall.run(unfreeze_escrow, STAFF, first, WHY)
    assert thawed.status == "held"
    back = await deals.hall.run(refund_escrow, STAFF, first, WHY)
    assert (back.status, back.returned.amount, await deals.spendable(client)) == ("refunded", 40, 40)
    assert (await deals.hall.run(refund_escrow, STAFF, first, WHY)).status == "refunded"
    assert await deals.refused(freeze_escrow, STAFF, first, WHY) == "gigs.escrow_moved"
    assert await deals.states(made.id) == ("completed", "completed")
    assert await deals.hall.pool.fetchval("SELECT count(*) FROM kernel.audit WHERE action LIKE 'gigs.%escrow'") == 5
    await deals.hall.verify()


async def test_staff_releases_but_never_in_its_own_case(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.handed_over(client, worker, 100)
    hold = made.milestones[0].escrow.id
    insider = Actor(account_id=worker.account_id, permissions=STAFF.permissions)
    assert await deals.refused(freeze_escrow, insider, hold, WHY) == "gigs.own_escrow"
    assert await deals.refused(release_escrow, insider, hold, ALL) == "gigs.client_only"
    assert (await deals.hall.run(release_escrow, STAFF, hold, Release(reason="The client is away."))).status == "released"
    assert await deals.earned(worker) == 90
    await deals.hall.verify()


async def test_when_all_goes_back_the_project_is_cancelled(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.handed_over(client, worker, 100)
    await deals.hall.run(refund_escrow, STAFF, made.milestones[0].escrow.id, WHY)
    assert (await deals.states(made.id), await deals.spendable(client)) == (("cancelled", "cancelled"), 100)
    await deals.hall.verify()


async def test_a_dispute_freezes_one_payment_and_divides_it(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=1000)
    made = await deals.handed_over(client, worker, 333, 60)
    hold, case = made.milestones[0].escrow.id, a_case()
    assert await deals.refused(freeze, await deals.person(), hold, case) == "gigs.escrow_not_found"
    found = await deals.hall.run(freeze, client, hold, case)
    assert (found.state, found.kind, found.amount, found.payer_id, found.payee_id) == (
        "frozen", "milestone", Money(333, "CREDIT"), client.account_id, worker.account_id,
    )  # fmt: skip
    assert await deals.refused(freeze, worker, hold, a_case()) == "gigs.not_disputable"
    assert (await deals.hall.run(freeze, worker, hold, case)).state == "frozen"
    assert await deals.refused(refund_escrow, STAFF, hold, WHY) == "gigs.escrow_moved"
    assert await deals.refused(unfreeze_escrow, STAFF, hold, WHY) == "gigs.escrow_moved"
    assert await deals.refused(rule, STAFF, hold, a_case(), 5000) == "gigs.escrow_moved"
    assert (await deals.hall.run(thaw, STAFF, hold, a_case())).state == "frozen"
    assert (await deals.agreement(made.id)).milestones[0].status == "disputed"
    ruled = await deals.hall.run(rule, STAFF, hold, case, 6000)
    view = await deals.escrow(hold)
    assert (ruled.state, view.paid_to_worker.amount, view.fee.amount, view.returned.amount) == ("split", 199 - 19, 19, 134)
    assert (await deals.earned(worker), await deals.spendable(client)) == (180, 1000 - 333 - 60 + 134)
    assert await deals.states(made.id) == ("pending_review", "delivered")
    assert (await deals.said("escrow_frozen"), await deals.said("escrow_split")) == (1, 1)
    await deals.hall.verify()


@pytest.mark.parametrize(("points", "state", "earned", "left"), [(10_000, "released", 90, 0), (0, "refunded", 0, 100)])
async def test_a_ruling_may_give_all_to_one(deals: Deals, points: int, state: str, earned: int, left: int) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.handed_over(client, worker, 100)
    hold, case = made.milestones[0].escrow.id, a_case()
    await deals.hall.run(freeze, client, hold, case)
    assert (await deals.hall.run(rule, STAFF, hold, case, points)).state == state
    assert (await deals.earned(worker), await deals.spendable(client)) == (earned, left)
    await deals.hall.verify()


async def test_a_withdrawn_dispute_lets_time_go_on(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.handed_over(client, worker, 100)
    hold, case = made.milestones[0].escrow.id, a_case()
    await deals.hall.run(freeze, client, hold, case)
    await deals.hall.advance(15 * DAY)
    assert (await deals.escrow(hold)).status == "frozen"
    assert (await deals.hall.run(thaw, STAFF, hold, case)).state == "held"
    assert await deals.refused(freeze, client, hold, a_case()) == "gigs.not_disputable"
    await deals.hall.drain()
    assert ((await deals.escrow(hold)).status, await deals.earned(worker)) == ("released", 90)
    assert await deals.said("escrow_thawed") == 1
    await deals.hall.verify()


async def test_a_dispute_takes_over_what_staff_froze(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.handed_over(client, worker, 100)
    hold, case = made.milestones[0].escrow.id, a_case()
    await deals.hall.run(freeze_escrow, STAFF, hold, WHY)
    await deals.hall.run(freeze, worker, hold, case)
    assert (await deals.escrow(hold)).frozen_by == str(case)
    await deals.hall.run(rule, STAFF, hold, case, 10_000)
    await deals.hall.verify()


async def test_only_what_is_held_for_work_under_way_is_disputed(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.active(client, worker, 40, 60)
    first, second = made.milestones
    assert await deals.refused(freeze, client, first.escrow.id, a_case()) == "gigs.not_disputable"
    await deals.started(client, worker, first)
    await deals.hall.run(release_escrow, client, first.escrow.id, ALL)
    assert await deals.refused(freeze, client, first.escrow.id, a_case()) == "gigs.not_disputable"
    assert (await deals.agreement(made.id)).milestones[1].id == second.id
    await deals.hall.verify()


async def test_what_others_ask(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=200)
    made = await deals.handed_over(client, worker, 40, 60)
    hold, read = made.milestones[0].escrow.id, await deals.hall.read()
    found = await contested(read, hold)
    assert found is not None
    assert (found.hold_id, found.title, found.state, found.can_dispute_until is not None) == (hold, "Part 1", "held", True)
    assert await contested(read, ids.new()) is None
    by = client.account_id
    assert len(await find_contested(read, by, project_id=made.project_id)) == 2
    assert [one.hold_id for one in await find_contested(read, worker.account_id, escrow_id=hold)] == [hold]
    assert await find_contested(read, (await deals.person()).account_id, project_id=made.project_id) == []
    assert await find_contested(read, by, session_id=made.project_id) == await find_contested(read, by) == []
    told = await evidence(read, hold)
    assert [list(part) for part in (told["terms"], told["work"], told["deliveries"], told["entries"])]  # pyright: ignore[reportArgumentType]
    assert await evidence(read, ids.new()) == {}
    assert await finished(read, "project", made.project_id) is None
    for milestone in made.milestones:
        await deals.hall.run(approve_milestone, client, milestone.id)
    done = await finished(await deals.hall.read(), "project", made.project_id)
    assert done is not None
    assert (done.host_or_worker_id, done.others, done.profile_ids[worker.account_id]) == (
        worker.account_id, (client.account_id,), worker.profile_id,
    )  # fmt: skip
    assert await finished(read, "session", made.project_id) is await finished(read, "booking", made.project_id) is None


async def test_money_by_card_is_held_paid_and_given_back_to_its_source(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=0)
    made = await deals.active(client, worker, 40, 60, Decimal("3.33"), budget=None, currency="EUR")
    first, second, third = (one.escrow.id for one in made.milestones)
    assert await deals.refused(fund_milestone, client, made.milestones[0].id) == "ledger.not_in_mode"
    for hold in (first, second, third):
        assert (await deals.by_card(hold)).status == "succeeded"
    assert (await deals.held(client), await euros(deals, SANDBOX) + await euros(deals, "provider_fee")) == (10_333, 10_333)
    assert (await deals.escrow(first)).funded_from == SANDBOX
    await deals.hall.run(release_escrow, client, first, ALL)
    await deals.hall.run(refund_escrow, STAFF, second, WHY)
    case = a_case()
    await deals.hall.run(freeze, client, third, case)
    await deals.hall.run(rule, STAFF, third, case, 6000)
    assert (await deals.earned(worker), await euros(deals, "platform_fee")) == (3600 + 180, -400 - 19)
    assert await deals.held(client) == 6000 + 134  # on its way back
    await deals.hall.drain()
    assert (await euros(deals, SANDBOX) + await euros(deals, "provider_fee"), await deals.held(client)) == (4000 + 199, 0)
    assert await deals.states(made.id) == ("completed", "completed")
    with pytest.raises(AgreementMoved):
        await deals.by_card(first)
    await deals.hall.verify()


async def test_an_account_that_is_suspended_moves_nothing(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.handed_over(client, worker, 40, 60)
    first = made.milestones[0].escrow.id

    async def tell(tx: Tx, event: Event) -> None:
        tx.publish(event)

    await deals.hall.work(tell, AccountSuspended(account_id=worker.account_id))
    await deals.hall.drain()
    assert {(await deals.escrow(one.escrow.id)).status for one in made.milestones} == {"frozen"}
    assert await deals.refused(release_escrow, client, first, ALL) == "gigs.escrow_moved"
    await deals.hall.work(tell, AccountRestored(account_id=worker.account_id))
    await deals.hall.drain()
    assert {(await deals.escrow(one.escrow.id)).status for one in made.milestones} == {"held"}
    await deals.hall.work(tell, AccountBanned(account_id=worker.account_id))
    await deals.hall.drain()
    assert (await deals.hall.run(refund_escrow, STAFF, first, WHY)).status == "refunded"
    await deals.hall.verify()


async def test_lists_and_spending(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    other = await deals.person()
    made = await deals.handed_over(client, worker, 40, 60)
    await deals.hall.run(release_escrow, client, made.milestones[0].escrow.id, ALL)
    read = await deals.hall.read()

    async def listed(who: Actor, **query: object) -> list[str]:
        return [one.title for one in (await escrows(read, who, EscrowQuery(**query))).items]  # pyright: ignore[reportArgumentType]

    assert sorted(await listed(client)) == sorted(await listed(worker)) == sorted(await listed(STAFF)) == ["Part 1", "Part 2"]
    assert await listed(other) == await listed(client, role="worker") == await listed(STAFF, role="client") == []
    assert await listed(client, role="client", status=["active"]) == ["Part 2"]
    assert await listed(client, status=["released"], kind="milestone", project_id=made.project_id, currency="CREDIT") == ["Part 1"]
    with pytest.raises(Invalid):
        await listed(client, status=["gone"])
    with pytest.raises(EscrowNotFound):
        await escrow_view(read, made.milestones[0].escrow.id, other)
    spent = (await spending(read, client.account_id, await deals.now() - 30 * DAY)).currencies
    assert [(one.currency, one.spent.amount, one.held.amount, one.payments, one.workers) for one in spent] == [("CREDIT", 40, 60, 1, 1)]


async def test_an_account_with_work_under_way_does_not_close(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.handed_over(client, worker, 100)
    read = await deals.hall.read()
    assert [one.kind for one in await GigObligations().obligations(read, client.account_id)] == ["gigs.client"]
    assert [one.kind for one in await GigObligations().obligations(read, worker.account_id)] == ["gigs.worker"]
    await deals.hall.run(release_escrow, client, made.milestones[0].escrow.id, ALL)
    assert await GigObligations().obligations(await deals.hall.read(), client.account_id) == []
    data = GigData()
    told = await data.export(read, worker.account_id)
    assert {"agreements", "work", "deliveries", "payments"} <= set(told)

    async def erase(tx: Tx) -> bool:
        return await data.erase(tx, worker.account_id, "Somebody", 100)

    while not await deals.hall.work(erase):
        continue
    assert await deals.hall.pool.fetchval("SELECT notes || coalesce(url, '') FROM gigs.delivery") == ""
    await deals.hall.verify()
