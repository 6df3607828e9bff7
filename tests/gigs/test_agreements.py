"""Agreements: made of an accepted bid, changed, signed, lapsed, completed, called off."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from skillhall.gigs.commands.accept_bid import AcceptBid, accept_bid
from skillhall.gigs.commands.agree import CallOff, ChangeTerms, Sign, cancel_agreement, change_terms, complete_agreement, sign_agreement
from skillhall.gigs.commands.deliver import approve_milestone, deliver_milestone, start_milestone
from skillhall.gigs.model.engagement_refusals import AgreementNotFound
from skillhall.gigs.queries.engagement_lists import AgreementQuery, agreements
from skillhall.gigs.queries.engagement_views import AgreementView
from skillhall.gigs.queries.engagements import agreement_view
from skillhall.gigs.store.bids import move_bid
from skillhall.identity.commands.block import block
from skillhall.kernel.actor import Actor
from skillhall.kernel.http import Match
from skillhall.kernel.http.envelope import etag_of
from skillhall.kernel.http.problem import PreconditionFailed
from skillhall.kernel.refusals import Invalid
from tests.gigs.engaging import DONE, STAFF, Deals
from tests.learning.builders import DAY

NO_REASON = CallOff()
PLAIN = AcceptBid()
ANY = Match(None).check


def terms(**body: Any) -> ChangeTerms:
    """Return what a client would send."""
    return msgspec.convert(body, ChangeTerms, strict=False)


async def change(deals: Deals, who: Actor, made: AgreementView, **body: Any) -> AgreementView:
    """Change the terms."""
    return await deals.hall.run(change_terms, who, made.id, terms(**body), ANY)


async def test_accepting_makes_an_agreement_and_rejects_the_others(deals: Deals) -> None:
    client, worker = await deals.pair()
    other = await deals.person()
    posted = await deals.project(client)
    bid, lost = await deals.bid(worker, posted.id, amount=100, deliveryDays=9), await deals.bid(other, posted.id, amount=90)
    plan = {"milestones": [{"title": "Draft", "amount": 40}, {"title": "Cello", "amount": {"amount": 60, "currency": "CREDIT"}}]}
    made = await deals.hall.run(accept_bid, client, bid.id, msgspec.convert({**plan, "notes": "No drums."}, AcceptBid, strict=False))
    assert (made.status, made.version, made.kind, made.legacy_status) == ("draft", 1, "fixed", None)
    assert (made.client_id, made.worker_id, made.worker.display_name) == (client.account_id, worker.account_id, "Wim Worker")
    assert made.terms.amount is not None
    assert (made.terms.amount.amount, made.terms.delivery_days, made.terms.notes) == (100, 9, "No drums.")
    assert [(one.title, one.amount.amount, one.status, one.escrow.status) for one in made.milestones] == [
        ("Draft", 40, "draft", "pending_funding"), ("Cello", 60, "draft", "pending_funding"),
    ]  # fmt: skip
    assert await deals.states(made.id) == ("draft", "in_progress")
    assert (await deals.bid_state(bid.id), await deals.bid_state(lost.id)) == ("accepted", "rejected")
    assert (await deals.said("bid_accepted"), await deals.said("bid_rejected"), await deals.said("agreement_made")) == (1, 1, 1)
    assert (await deals.hall.run(accept_bid, client, bid.id, PLAIN)).id == made.id
    assert await deals.hall.pool.fetchval("SELECT count(*) FROM gigs.agreement") == 1
    await deals.hall.verify()


async def test_one_milestone_when_none_is_planned(deals: Deals) -> None:
    client, worker = await deals.pair()
    made = await deals.accepted(client, worker, amount=100)
    assert [(one.title, one.amount.amount) for one in made.milestones] == [("A cello part for a short film", 100)]


async def test_what_cannot_be_accepted(deals: Deals) -> None:
    client, worker = await deals.pair()
    stranger = await deals.person()
    posted = await deals.project(client)
    bid = await deals.bid(worker, posted.id, amount=100)
    plan = msgspec.convert({"milestones": [{"title": "Draft", "amount": 40}]}, AcceptBid, strict=False)
    assert await deals.refused(accept_bid, stranger, bid.id, PLAIN) == "gigs.bid_not_found"
    assert await deals.refused(accept_bid, worker, bid.id, PLAIN) == "gigs.not_your_project"
    assert await deals.refused(accept_bid, client, bid.id, plan) == "gigs.milestones_differ"
    assert await deals.refused(accept_bid, client, bid.id, AcceptBid(weekly_minutes=60)) == "gigs.terms_unfit"
    dearer = msgspec.convert({"amount": 101}, AcceptBid, strict=False)
    assert await deals.refused(accept_bid, client, bid.id, dearer) == "gigs.amount_differs_from_bid"
    euros = msgspec.convert({"amount": {"amount": 100, "currency": "EUR"}}, AcceptBid)
    assert await deals.refused(accept_bid, client, bid.id, euros) == "gigs.other_currency"
    applied = await deals.bid(stranger, posted.id)
    assert await deals.refused(accept_bid, client, applied.id, PLAIN) == "gigs.no_amount"
    assert (await deals.bid_state(bid.id), await deals.project_state(posted.id)) == ("pending", "open")
    await deals.hall.pool.execute("UPDATE gigs.bid SET valid_until = $1", await deals.now())
    assert await deals.refused(accept_bid, client, bid.id, PLAIN) == "gigs.bid_lapsed"
    await deals.hall.verify()


async def test_an_application_is_accepted_at_a_price_the_client_names(deals: Deals) -> None:
    client, worker = await deals.pair()
    posted = await deals.project(client)
    bid = await deals.bid(worker, posted.id)
    made = await deals.hall.run(accept_bid, client, bid.id, msgspec.convert({"amount": 70}, AcceptBid, strict=False))
    assert [one.amount.amount for one in made.milestones] == [70]


async def test_nobody_is_bound_past_a_block_or_a_suspension(deals: Deals) -> None:
    client, worker = await deals.pair()
    posted = await deals.project(client)
    bid = await deals.bid(worker, posted.id, amount=100)
    await deals.hall.run(block, worker, client.account_id)
    assert await deals.refused(accept_bid, client, bid.id, PLAIN) == "identity.account_not_found"
    await deals.hall.pool.execute("DELETE FROM identity.block")
    await deals.hall.pool.execute("UPDATE identity.account SET state = 'suspended' WHERE id = $1", worker.account_id)
    assert await deals.refused(accept_bid, client, bid.id, PLAIN) == "identity.account_not_active"
    assert await deals.project_state(posted.id) == "open"


async def test_a_withdrawn_bid_and_a_taken_project_cannot_be_accepted(deals: Deals) -> None:
    client, worker = await deals.pair()
    other = await deals.person()
    posted = await deals.project(client)
    bid, second = await deals.bid(worker, posted.id, amount=100), await deals.bid(other, posted.id, amount=90)
    await deals.hall.work(move_bid, second.id, "withdrawn")
    assert await deals.refused(accept_bid, client, second.id, PLAIN) == "gigs.bid_moved"
    await deals.hall.run(accept_bid, client, bid.id, PLAIN)
    assert await deals.refused(accept_bid, client, second.id, PLAIN) == "gigs.project_moved"


async def test_both_sign_and_each_signature_names_its_version(deals: Deals) -> None:
    client, worker = await deals.pair()
    made = await deals.accepted(client, worker, 40, 60)
    sign = Sign(version=1)
    assert await deals.refused(sign_agreement, await deals.person(), made.id, sign) == "gigs.agreement_not_found"
    assert await deals.refused(sign_agreement, client, made.id, Sign(version=2)) == "gigs.other_version"
    half = await deals.hall.run(sign_agreement, worker, made.id, sign)
    assert (half.status, half.legacy_status) == ("pending_signature", "pending_client")
    assert (await deals.hall.run(sign_agreement, worker, made.id, sign)).worker_signed_at == half.worker_signed_at
    whole = await deals.hall.run(sign_agreement, client, made.id, sign)
    assert (whole.status, whole.sign_by, whole.versions[0].client_signed_at) == ("active", None, whole.client_signed_at)
    assert (await deals.said("agreement_signed"), await deals.said("agreement_activated")) == (2, 1)
    await deals.hall.verify()


async def test_a_change_of_terms_clears_both_signatures_and_raises_the_version(deals: Deals) -> None:
    client, worker = await deals.pair()
    made = await deals.active(client, worker, 40, 60)
    changed = await change(deals, worker, made, scope="Five minutes.", amount=120, milestones=[{"title": "All", "amount": 120}])
    assert (changed.status, changed.version, changed.client_signed_at, changed.worker_signed_at) == ("draft", 2, None, None)
    assert [(one.title, one.amount.amount, one.escrow.status) for one in changed.milestones] == [("All", 120, "pending_funding")]
    assert [(one.version, one.changed_by, one.client_signed_at is None) for one in changed.versions] == [
        (1, client.account_id, False), (2, worker.account_id, True),
    ]  # fmt: skip
    assert await deals.hall.pool.fetchval("SELECT count(*) FROM gigs.escrow") == 1
    assert await deals.refused(sign_agreement, client, made.id, Sign(version=1)) == "gigs.other_version"
    assert (await change(deals, worker, made, scope="Five minutes.")).version == 2
    with pytest.raises(PreconditionFailed):
        await deals.hall.run(change_terms, client, made.id, terms(scope="Six."), Match(etag_of(1)).check)
    again = await deals.signed(client, worker, changed)
    assert (again.status, again.version) == ("active", 2)
    await deals.hall.verify()


async def test_terms_that_cannot_be_changed(deals: Deals) -> None:
    client, worker = await deals.pair()
    made = await deals.active(client, worker, 40, 60)
    assert await deals.refused(change_terms, await deals.person(), made.id, terms(scope="x"), ANY) == "gigs.agreement_not_found"
    assert await deals.refused(change_terms, client, made.id, terms(amount=90), ANY) == "gigs.milestones_differ"
    assert await deals.refused(change_terms, client, made.id, terms(hourlyRate=3), ANY) == "gigs.terms_unfit"
    await deals.funded(client, made.milestones[0])
    assert await deals.refused(change_terms, client, made.id, terms(scope="x"), ANY) == "gigs.terms_bound"
    await deals.hall.run(cancel_agreement, client, made.id, NO_REASON)
    assert await deals.refused(change_terms, client, made.id, terms(scope="x"), ANY) == "gigs.agreement_moved"
    assert await deals.refused(complete_agreement, client, made.id) == "gigs.agreement_moved"


async def test_what_was_paid_stays_in_changed_terms(deals: Deals) -> None:
    client, worker = await deals.pair()
    made = await deals.active(client, worker, 40, 60)
    first = await deals.delivered(client, worker, made.milestones[0])
    await deals.hall.run(approve_milestone, client, first.id)
    rest = [{"title": "Part 1", "amount": 40}, {"title": "A longer second part", "amount": 80}]
    assert await deals.refused(change_terms, client, made.id, terms(amount=80, milestones=rest[1:]), ANY) == "gigs.terms_bound"
    changed = await change(deals, client, made, amount=120, milestones=rest)
    assert [(one.title, one.amount.amount, one.status) for one in changed.milestones] == [
        ("Part 1", 40, "released"), ("A longer second part", 80, "draft"),
    ]  # fmt: skip
    await deals.hall.verify()


async def test_unsigned_for_seven_days_it_comes_to_nothing(deals: Deals) -> None:
    client, worker = await deals.pair()
    made = await deals.accepted(client, worker, 40, 60)
    other = await deals.person()
    await deals.hall.run(sign_agreement, worker, made.id, Sign(version=1))
    await deals.hall.advance(7 * DAY - timedelta(hours=1))
    assert await deals.states(made.id) == ("pending_signature", "in_progress")
    await deals.hall.advance(timedelta(hours=2))
    assert await deals.states(made.id) == ("cancelled", "open")
    ended = await deals.agreement(made.id)
    assert (ended.closed_as, {one.status for one in ended.milestones}) == ("unsigned", {"cancelled"})
    assert await deals.bid_state(made.bid_id) == "pending"
    await deals.bid(other, made.project_id, amount=90)
    assert await deals.said("agreement_cancelled") == 1
    again = await deals.hall.run(accept_bid, client, made.bid_id, PLAIN)
    assert again.id != made.id
    await deals.hall.verify()


async def test_calling_off_gives_back_what_is_held(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.active(client, worker, 40, 60)
    await deals.started(client, worker, made.milestones[0])
    assert (await deals.held(client), await deals.spendable(client)) == (40, 60)
    assert await deals.refused(cancel_agreement, await deals.person(), made.id, NO_REASON) == "gigs.agreement_not_found"
    ended = await deals.hall.run(cancel_agreement, client, made.id, CallOff(reason="The film is off."))
    assert (ended.status, ended.closed_as, ended.closed_by, ended.closed_reason) == (
        "cancelled", "cancelled", client.account_id, "The film is off.",
    )  # fmt: skip
    assert [one.status for one in ended.milestones] == ["refunded", "cancelled"]
    assert (await deals.held(client), await deals.spendable(client)) == (0, 100)
    assert await deals.states(made.id) == ("cancelled", "open")
    assert (await deals.hall.run(cancel_agreement, worker, made.id, NO_REASON)).closed_by == client.account_id
    await deals.hall.verify()


async def test_the_client_answers_what_was_delivered_before_calling_off(deals: Deals) -> None:
    client, worker = await deals.pair()
    made = await deals.handed_over(client, worker, 40, 60)
    assert await deals.states(made.id) == ("pending_review", "delivered")
    assert await deals.refused(cancel_agreement, client, made.id, NO_REASON) == "gigs.delivery_pending"
    assert await deals.held(client) == 100
    await deals.hall.run(cancel_agreement, worker, made.id, NO_REASON)
    assert (await deals.held(client), await deals.states(made.id)) == (0, ("cancelled", "open"))
    await deals.hall.verify()


async def test_completing_pays_what_was_delivered(deals: Deals) -> None:
    client, worker = await deals.pair(wallet=100)
    made = await deals.active(client, worker, 31, 60)
    assert await deals.refused(complete_agreement, client, made.id) == "gigs.not_delivered"
    await deals.delivered(client, worker, made.milestones[0])
    await deals.funded(client, made.milestones[1])
    assert await deals.refused(complete_agreement, client, made.id) == "gigs.not_delivered"
    assert await deals.refused(complete_agreement, worker, made.id) == "gigs.client_only"
    await deals.hall.run(start_milestone, worker, made.milestones[1].id)
    await deals.hall.run(deliver_milestone, worker, made.milestones[1].id, DONE)
    done = await deals.hall.run(complete_agreement, client, made.id)
    assert (done.status, [one.status for one in done.milestones]) == ("completed", ["released", "released"])
    assert [one.deliveries[0].answer for one in done.milestones] == ["approved", "approved"]
    assert (await deals.earned(worker), await deals.held(client), await deals.spendable(client)) == (28 + 54, 0, 9)
    assert await deals.states(made.id) == ("completed", "completed")
    assert (await deals.hall.run(complete_agreement, client, made.id)).status == "completed"
    assert await deals.refused(cancel_agreement, client, made.id, NO_REASON) == "gigs.agreement_moved"
    await deals.hall.drain()
    assert await deals.hall.pool.fetchval("SELECT jobs_done FROM profiles.profile WHERE account_id = $1", worker.account_id) == 1
    await deals.hall.verify()


async def test_what_was_never_funded_does_not_keep_an_agreement_open(deals: Deals) -> None:
    client, worker = await deals.pair()
    made = await deals.active(client, worker, 40, 60)
    await deals.delivered(client, worker, made.milestones[0])
    done = await deals.hall.run(complete_agreement, client, made.id)
    assert (done.status, [one.status for one in done.milestones]) == ("completed", ["released", "cancelled"])
    await deals.hall.verify()


async def test_only_its_sides_read_an_agreement(deals: Deals) -> None:
    client, worker = await deals.pair()
    made = await deals.accepted(client, worker, 40)
    for who in (client, worker):
        assert (await agreement_view(await deals.hall.read(), made.id, who)).id == made.id
    with pytest.raises(AgreementNotFound):
        await agreement_view(await deals.hall.read(), made.id, await deals.person())


async def test_agreements_are_listed_for_their_sides(deals: Deals) -> None:
    client, worker = await deals.pair()
    made = await deals.accepted(client, worker, 40, 60)
    read = await deals.hall.read()
    for who, query, count in (
        (client, AgreementQuery(), 1), (worker, AgreementQuery(role="worker"), 1), (client, AgreementQuery(role="worker"), 0),
        (client, AgreementQuery(status=["DRAFT"], kind="fixed", project_id=made.project_id), 1), (STAFF, AgreementQuery(), 1),
        (client, AgreementQuery(kind="hourly"), 0), (await deals.person(), AgreementQuery(), 0),
    ):  # fmt: skip
        found = (await agreements(read, who, query)).items
        assert [one.amount.amount for one in found if one.amount] == [100] * count
    with pytest.raises(Invalid):
        await agreements(read, client, AgreementQuery(status=["gone"]))


async def test_a_bid_nobody_decides_about_lapses(deals: Deals) -> None:
    client, worker = await deals.pair()
    posted = await deals.project(client)
    bid = await deals.bid(worker, posted.id, amount=100)
    await deals.hall.advance(30 * DAY - timedelta(hours=1))
    assert await deals.bid_state(bid.id) == "pending"
    await deals.hall.advance(timedelta(hours=2))
    assert (await deals.bid_state(bid.id), await deals.said("bid_expired")) == ("expired", 1)
    assert await deals.refused(accept_bid, client, bid.id, PLAIN) == "gigs.bid_moved"
