"""What an engagement says of itself in the conversation of its project."""

from datetime import timedelta

from msgspec.structs import replace

from skillhall.gigs.model import agreeing, delivering, hours, paying
from skillhall.gigs.model.agreeing import Offered
from skillhall.gigs.model.agreement import Planned
from skillhall.gigs.model.delivering import Handover
from skillhall.gigs.model.engagement import Engagement
from skillhall.gigs.model.engagement_facts import engagement_facts
from skillhall.gigs.model.escrow import WALLET, EngagementRules
from skillhall.gigs.model.says import says
from skillhall.kernel import ids
from skillhall.kernel.shapes import Subject
from skillhall.messaging.api import Say
from tests.gigs.test_gig_machine import CLIENT, NOW, WORKER, a_bid, a_project

DAY = timedelta(days=1)
PROJECT = a_project(hourly=False)
DONE = Handover(delivery_id=ids.new(), notes="a secret", url=None, files=())


def said(before: Engagement | None, after: Engagement) -> list[Say]:
    return says(PROJECT, before, after, list(engagement_facts(before, after)))


def texts(before: Engagement | None, after: Engagement) -> list[str]:
    return [one.text for one in said(before, after)]


def fixed() -> Engagement:
    plan = (Planned(title="Draft", amount=100), Planned(title="Finish", amount=1_500))
    return agreeing.agreed(PROJECT, a_bid(1_600, None), "fixed", Offered(milestones=plan), EngagementRules(), NOW)


def signed(found: Engagement) -> Engagement:
    return agreeing.signed(agreeing.signed(found, CLIENT, 1, NOW), WORKER, 1, NOW)


def test_a_project_has_its_own_conversation_of_client_and_worker() -> None:
    made = fixed()
    title = made.agreement.terms.title
    (first,) = said(None, made)
    assert (first.kind, first.subject, first.title, first.code) == ("project", PROJECT.subject, PROJECT.title, "gigs.agreement_made")
    assert [(member.account_id, member.profile_id) for member in first.members] == [
        (CLIENT, made.agreement.client_profile_id), (WORKER, made.agreement.worker_profile_id),
    ]  # fmt: skip
    assert first.text == f"A bid is accepted: “{title}” is to be signed by both."
    assert first.params == {"agreementId": str(made.agreement.id), "title": title}
    assert not said(made, made)
    one = agreeing.signed(made, CLIENT, 1, NOW)
    (half,) = said(made, one)
    assert (half.text, half.params["role"], half.params["version"]) == (f"The client has signed version 1 of “{title}”.", "client", 1)
    assert texts(one, agreeing.signed(one, WORKER, 1, NOW)) == [f"Both have signed “{title}”: work can begin."]


def test_milestones_are_told_from_their_money_to_their_pay() -> None:
    plan = signed(fixed())
    first, second = plan.milestones
    funded = paying.funded(plan, plan.escrow_of(first.id).id, WALLET, NOW)
    (set_aside,) = said(plan, funded)
    assert (set_aside.text, set_aside.params["amount"], set_aside.params["currency"]) == (
        "100 credits are set aside for “Draft”.", 100, "CREDIT",
    )  # fmt: skip
    started = delivering.started(funded, WORKER, first.id, NOW)
    assert texts(funded, started) == ["Work on “Draft” has begun."]
    handed = delivering.delivered(started, WORKER, first.id, DONE, NOW)
    (delivered,) = said(started, handed)
    assert delivered.text == "“Draft” is delivered. Without an answer it is paid on Friday, 04 December 2026, 10:00 (UTC)."
    assert "secret" not in str(delivered)
    assert texts(handed, delivering.sent_back(handed, CLIENT, first.id, "again", NOW)) == ["“Draft” was sent back."]
    paid = paying.released(handed, CLIENT, plan.escrow_of(first.id).id, NOW)
    assert texts(handed, paid) == ["“Draft” is paid: 100 credits to the worker."]
    both = paying.funded(paid, plan.escrow_of(second.id).id, WALLET, NOW)
    over = paying.released(both, CLIENT, plan.escrow_of(second.id).id, NOW)
    assert [one.code for one in said(both, over)] == ["gigs.agreement_completed", "gigs.escrow_released"]


def test_what_a_case_keeps_and_gives_back_is_its_own_to_say_and_a_division_is_told() -> None:
    plan = signed(fixed())
    escrow = plan.escrow_of(plan.milestones[0].id)
    funded = paying.funded(plan, escrow.id, WALLET, NOW)
    case = Subject("dispute", ids.new())
    frozen = paying.disputed(funded, CLIENT, escrow.id, case, NOW)
    assert not said(funded, frozen)
    assert not said(frozen, paying.thawed(frozen, escrow.id, case, NOW))
    (divided,) = said(frozen, paying.ruled(frozen, escrow.id, case, 6_000, NOW))
    assert (divided.text, divided.params["gross"]) == ("“Draft” is decided: 60 credits to the worker, the rest back to the client.", 60)


def test_a_worker_leaves_with_an_agreement_that_is_called_off_and_still_reads_why() -> None:
    plan = signed(fixed())
    funded = paying.funded(plan, plan.escrow_of(plan.milestones[0].id).id, WALLET, NOW)
    first, last = said(funded, agreeing.cancelled(funded, CLIENT, "a secret", NOW))
    assert (first.code, first.params["closedAs"], len(first.members), first.left) == ("gigs.agreement_cancelled", "cancelled", 2, ())
    assert (last.text, [one.account_id for one in last.members]) == ("100 credits for “Draft” went back to the client.", [CLIENT])
    assert [one.account_id for one in last.left] == [WORKER]
    assert "secret" not in f"{first}{last}"
    made = fixed()
    (lapsed,) = said(made, agreeing.lapsed(made, NOW + 8 * DAY))
    assert [one.account_id for one in lapsed.left] == [WORKER]


def test_a_booking_speaks_for_its_agreement() -> None:
    starts_at = NOW + 3 * DAY
    pending = agreeing.booked(
        PROJECT, a_bid(250, None), EngagementRules(), NOW, amount=250, starts_at=starts_at, ends_at=starts_at + DAY, notes=""
    )
    title, escrow = pending.agreement.terms.title, pending.escrows[0]
    paid = paying.funded(pending, escrow.id, WALLET, NOW)
    made, money = said(None, paid)
    assert made.text == f"“{title}” is booked for Monday, 23 November 2026, 10:00 (UTC)."
    assert (made.params["startsAt"], money.code) == ("2026-11-23T10:00:00.000Z", "gigs.escrow_funded")
    moved = delivering.moved(paid, CLIENT, None, None, "", NOW)
    assert texts(paid, moved) == [f"The booking “{title}” has changed: it is now without a time."]
    taken = delivering.confirmed(paid, WORKER, NOW)
    assert texts(paid, taken) == [f"The booking “{title}” is confirmed."]
    begun = delivering.booking_started(taken, WORKER, NOW)
    assert texts(taken, begun) == [f"Work on “{title}” has begun."]
    over = paying.released(begun, CLIENT, escrow.id, NOW)
    assert [one.code for one in said(begun, over)] == ["gigs.booking_completed", "gigs.escrow_released"]
    off = said(taken, agreeing.cancelled(taken, CLIENT, None, NOW))
    assert [(one.code, len(one.left)) for one in off] == [("gigs.booking_cancelled", 0), ("gigs.escrow_refunded", 1)]


def test_weeks_and_changed_terms() -> None:
    made = agreeing.agreed(a_project(hourly=True), a_bid(None, 30), "hourly", Offered(weekly_minutes=600), EngagementRules(), NOW)
    other = agreeing.changed(made, CLIENT, replace(made.agreement.terms, hourly_rate=25), NOW)
    assert texts(made, other) == [f"Version 2 of the terms of “{made.agreement.terms.title}” is to be signed by both."]
    plan = signed(made)
    week = hours.opened(plan, NOW)
    assert [one.code for one in said(plan, week)] == ["gigs.week_opened"]
    assert said(plan, week)[0].text.endswith("has begun.")
