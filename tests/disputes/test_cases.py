"""Disputes on real PostgreSQL: what each verb does to the case, the seat and the books, and that a refusal does nothing."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from skillhall.disputes.commands.add_evidence import add_evidence
from skillhall.disputes.commands.decide import change_dispute, propose, resolve
from skillhall.disputes.commands.open_dispute import open_dispute
from skillhall.disputes.commands.personal_data import DisputeData, DisputeObligations
from skillhall.disputes.commands.respond import accept, appeal, decline, withdraw
from skillhall.disputes.commands.say import say
from skillhall.disputes.model import refusals as no
from skillhall.disputes.model.bodies import ChangeDispute, Grounds, Message, OpenDispute, Piece, Verdict
from skillhall.disputes.model.case import Outcome, Step
from skillhall.disputes.queries import cases, papers
from skillhall.disputes.queries.cases import DisputeQuery
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.money import Money
from skillhall.kernel.refusals import Invalid, Refusal
from skillhall.kernel.shapes import ListQuery, Subject
from skillhall.learning.api import SeatClosed, SessionMoved, TooLate
from skillhall.learning.commands.confirm import confirm
from skillhall.learning.commands.interrupt import interrupt
from skillhall.ledger.api import HoldFrozen, freeze
from tests.disputes.builders import MEDIATOR, OTHER_RULER, RULER, Court, verdict
from tests.learning.builders import DAY, HOUR
from tests.notifications.reading import told

SAID = "SELECT type FROM kernel.event WHERE type LIKE 'disputes.%' ORDER BY position"


async def refuses(refusal: type[Refusal], work: Callable[..., Awaitable[Any]], *args: Any) -> None:
    with pytest.raises(refusal):
        await work(*args)


async def test_opening_freezes_one_payment_and_silence_hands_it_to_support(court: Court) -> None:
    hall, (host, learner, session) = court.hall, await court.lesson()
    pieces = [Piece(text="Nothing was heard for half an hour."), Piece(text="See the chat.")]
    opened = await court.open(learner, session.id, description="From the start.", evidence=pieces)
    assert (opened.status, opened.legacy_status, opened.kind, opened.amount) == ("open", "pending", "seat", Money(31, "CREDIT"))
    assert (opened.payer_id, opened.payee_id, opened.opener_id, opened.respondent_id) == (
        learner.account_id, host.account_id, learner.account_id, host.account_id,
    )  # fmt: skip
    assert opened.opener
    assert opened.respondent
    assert opened.respondent.display_name == "Hana Host"
    assert opened.next_step
    assert (opened.next_step.step, datetime.fromisoformat(opened.next_step.at) - datetime.fromisoformat(opened.opened_at)) == (
        Step.ANSWER, timedelta(hours=72),
    )  # fmt: skip
    await hall.verify()
    await refuses(SeatClosed, hall.run, confirm, learner, session.id)
    assert (await court.open(learner, session.id)).id == opened.id
    await refuses(no.AlreadyOpen, court.open, host, session.id)
    await refuses(no.NotYet, hall.run, resolve, RULER, opened.id, verdict(0))
    await refuses(no.NotYet, hall.run, change_dispute, MEDIATOR, opened.id, ChangeDispute(status="investigating"))
    await hall.advance(timedelta(hours=72))
    reviewed = await court.view(opened.id)
    assert (reviewed.status, reviewed.answered_at) == ("under_review", None)
    assert reviewed.next_step
    assert reviewed.next_step.step is Step.REVIEW
    await hall.advance(5 * DAY)
    late = await court.view(opened.id)
    assert (late.is_overdue, late.next_step) == (True, None)
    assert (await court.people.held(learner), await court.people.earned(host)) == (31, 0)
    taken = await hall.run(change_dispute, RULER, opened.id, ChangeDispute(status="investigating"))
    assert taken.mediator_id == RULER.account_id
    ruled = await hall.run(resolve, RULER, opened.id, verdict(0))
    assert (ruled.status, ruled.is_overdue) == ("under_review", False)
    await hall.advance(timedelta(hours=72))
    done = await court.view(opened.id)
    assert (done.status, done.outcome, done.to_payer) == ("resolved", Outcome.FULL_REFUND, Money(31, "CREDIT"))
    assert (await court.people.spendable(learner), await court.people.earned(host)) == (31, 0)
    said = [row["type"].partition(".")[2] for row in await hall.pool.fetch(SAID)]
    assert said == ["opened", "under_review", "review_overdue", "ruled", "resolved"]
    await hall.verify()


async def test_what_cannot_be_disputed(court: Court) -> None:
    hall, people = court.hall, court.people
    host, learner, stranger = await people.host(), await people.person(wallet=100), await people.person()
    session = await people.done(host, learner)
    await refuses(no.NothingHeld, court.open, stranger, session.id)
    await refuses(no.NothingHeld, court.open, learner, ids.new())
    nowhere = (
        OpenDispute(reason="x", booking_id=ids.new()),
        OpenDispute(reason="x", project_id=ids.new()),
        OpenDispute(reason="x", escrow_id=ids.new()),
    )
    for body in nowhere:
        await refuses(no.NothingHeld, hall.run, open_dispute, learner, body)
    await refuses(no.NothingHeld, hall.run, open_dispute, learner, OpenDispute(reason="no sound", payment_id=ids.new()))
    for wrong in (OpenDispute(reason="x"), OpenDispute(reason="x", session_id=session.id, escrow_id=session.id)):
        await refuses(Invalid, hall.run, open_dispute, learner, wrong)
    await refuses(Invalid, hall.run, open_dispute, learner, OpenDispute(reason="x", session_id=session.id, evidence=[Piece()]))
    ahead = await people.scheduled(host, learner, days=20)
    await refuses(SessionMoved, court.open, learner, ahead.id)
    hold_id = await hall.pool.fetchval("SELECT hold_id FROM learning.seat WHERE session_id = $1", session.id)
    await hall.work(freeze, [hold_id], Subject("dispute", ids.new()))
    await refuses(HoldFrozen, court.open, learner, session.id)
    await hall.pool.execute("UPDATE ledger.hold SET frozen_by = 'report:' || id WHERE id = $1", hold_id)
    taken_over = await hall.run(open_dispute, host, OpenDispute(reason="rude", escrow_id=hold_id))
    assert taken_over.escrow_id == hold_id
    await hall.run(withdraw, host, taken_over.id)
    await hall.run(confirm, learner, session.id)
    await refuses(SeatClosed, court.open, learner, session.id)
    assert await hall.pool.fetchval("SELECT count(*) FROM disputes.case") == 1
    free = await people.done(host, learner, price=0)
    await refuses(SeatClosed, court.open, learner, free.id)
    await hall.verify()


async def test_it_is_too_late_once_the_host_is_due(court: Court) -> None:
    _, learner, session = await court.lesson()
    await court.hall.pool.execute("UPDATE kernel.clock SET shift = shift + interval '49 hours'")
    await court.hall.runner.refresh_clock()
    await refuses(TooLate, court.open, learner, session.id)


async def test_a_proposal_that_both_accept_moves_the_money_at_once(court: Court) -> None:
    hall, (host, learner, dispute) = court.hall, await court.opened(33)
    await refuses(no.NothingToAccept, hall.run, accept, learner, dispute.id)
    await refuses(no.NothingToAccept, hall.run, decline, learner, dispute.id)
    await hall.run(propose, MEDIATOR, dispute.id, verdict(9_000))
    declined = await hall.run(decline, host, dispute.id)
    assert declined.decision
    assert (declined.status, declined.decision.status) == ("under_review", "declined")
    await hall.run(propose, MEDIATOR, dispute.id, verdict(5_000))
    proposed = await hall.run(propose, MEDIATOR, dispute.id, verdict(6_000))
    assert proposed.decision
    assert (proposed.decision.kind, proposed.decision.to_payee, proposed.decision.to_payer) == (
        "proposal", Money(19, "CREDIT"), Money(14, "CREDIT"),
    )  # fmt: skip
    first = await hall.run(accept, learner, dispute.id)
    assert first.decision
    assert (first.status, first.decision.payer_accepts, first.decision.payee_accepts) == ("under_review", True, False)
    assert await hall.run(accept, learner, dispute.id) == first
    done = await hall.run(accept, host, dispute.id)
    assert (done.status, done.outcome, done.to_payee, done.to_payer) == (
        "resolved", Outcome.PARTIAL_REFUND, Money(19, "CREDIT"), Money(14, "CREDIT"),
    )  # fmt: skip
    assert (await court.people.spendable(learner), await court.people.earned(host)) == (14, 18)
    assert (await hall.run(accept, learner, dispute.id)).status == "resolved"
    for verb in (decline, withdraw):
        await refuses(no.Closed, hall.run, verb, learner, dispute.id)
    await refuses(no.Closed, hall.run, say, learner, dispute.id, Message(text="Thank you."))
    await refuses(no.Closed, hall.run, resolve, RULER, dispute.id, verdict(0))
    bundle = await papers.bundle(await hall.read(), learner, dispute.id)
    assert [decision.status for decision in bundle.decisions] == ["declined", "replaced", "executed"]
    await hall.verify()


async def test_a_ruling_waits_for_an_appeal_which_another_person_decides(court: Court) -> None:
    hall, (host, learner, dispute) = court.hall, await court.ruled(6_000)
    assert dispute.next_step
    assert dispute.next_step.step is Step.EXECUTION
    assert await court.people.held(learner) == 31
    for verb, args in (
        (propose, (verdict(0),)),
        (resolve, (verdict(0),)),
        (change_dispute, (ChangeDispute(status="dismissed", reason="x"),)),
    ):
        await refuses(no.AlreadyRuled, hall.run, verb, OTHER_RULER, dispute.id, *args)
    await refuses(no.AlreadyRuled, hall.run, withdraw, learner, dispute.id)
    await refuses(no.AppealInstead, hall.run, decline, host, dispute.id)
    accepted = await hall.run(accept, learner, dispute.id)
    assert accepted.status == "under_review"
    await refuses(no.NothingToAppeal, hall.run, appeal, learner, dispute.id, Grounds(reason="I have changed my mind."))
    appealed = await hall.run(appeal, host, dispute.id, Grounds(reason="The recording was not looked at."))
    assert appealed.appeal
    assert (appealed.appeal.by, appealed.status) == (host.account_id, "under_review")
    assert await hall.run(appeal, host, dispute.id, Grounds(reason="again")) == appealed
    await hall.advance(4 * DAY)
    assert await court.people.held(learner) == 31
    await refuses(no.AlreadyRuled, hall.run, withdraw, learner, dispute.id)
    await refuses(no.NothingToAppeal, hall.run, appeal, learner, dispute.id, Grounds(reason="me too"))
    await refuses(no.SamePerson, hall.run, resolve, RULER, dispute.id, verdict(6_000))
    done = await hall.run(resolve, OTHER_RULER, dispute.id, verdict(6_000, "The appeal is refused."))
    assert (done.status, done.outcome) == ("resolved", Outcome.PARTIAL_REFUND)
    assert (await court.people.spendable(learner), await court.people.earned(host)) == (13, 17)
    for verb, args in ((appeal, (Grounds(reason="again"),)), (accept, ())):
        await refuses(no.Closed, hall.run, verb, host, dispute.id, *args)
    actions = await hall.pool.fetch("SELECT action FROM kernel.audit WHERE action LIKE 'disputes.%'")
    assert [row["action"].partition(".")[2] for row in actions].count("rule") == 2
    await hall.verify()


async def test_a_ruling_that_both_accept_needs_no_waiting(court: Court) -> None:
    hall, (host, learner, dispute) = court.hall, await court.ruled(10_000)
    for side in (host, learner):
        await hall.run(accept, side, dispute.id)
    assert ((await court.view(dispute.id)).outcome, await court.people.earned(host)) == (Outcome.NO_REFUND, 28)
    await hall.advance(10 * DAY)
    assert await court.people.earned(host) == 28
    await hall.verify()


async def test_withdrawn_and_rejected_disputes_leave_the_payment_as_it_was(court: Court) -> None:
    hall, (host, learner, dispute) = court.hall, await court.opened()
    await hall.run(propose, MEDIATOR, dispute.id, verdict(5_000))
    await refuses(no.OpenerOnly, hall.run, withdraw, host, dispute.id)
    gone = await hall.run(withdraw, learner, dispute.id)
    assert gone.decision
    assert (gone.status, gone.decision.status) == ("withdrawn", "replaced")
    assert await hall.run(withdraw, learner, dispute.id) == gone
    await hall.verify()
    again = await hall.run(open_dispute, host, OpenDispute(reason="rude", escrow_id=dispute.escrow_id))
    assert again.opener_id == host.account_id
    await refuses(no.RulersOnly, hall.run, change_dispute, MEDIATOR, again.id, ChangeDispute(status="rejected", reason="x"))
    await refuses(Invalid, hall.run, change_dispute, RULER, again.id, ChangeDispute(status="rejected"))
    for word in ("resolved", "withdrawn", "open", "nonsense"):
        await refuses(no.StatusNotSettable, hall.run, change_dispute, RULER, again.id, ChangeDispute(status=word))
    await hall.advance(3 * DAY)
    rejected = await hall.run(change_dispute, RULER, again.id, ChangeDispute(status="rejected", reason="All was as agreed."))
    assert (rejected.status, rejected.closed_reason) == ("rejected", "All was as agreed.")
    await hall.drain()
    assert await court.people.earned(host) == 28
    await refuses(SeatClosed, hall.run, open_dispute, learner, OpenDispute(reason="late", escrow_id=dispute.escrow_id))
    await hall.verify()


async def test_only_its_sides_and_staff_see_a_dispute(court: Court) -> None:
    hall, (host, learner, dispute) = court.hall, await court.opened()
    stranger, read = await court.people.person(), await court.hall.read()
    for verb, args in (
        (accept, ()), (decline, ()), (withdraw, ()), (appeal, (Grounds(reason="x"),)), (say, (Message(text="x"),)),
        (add_evidence, (Piece(text="x"),)),
    ):  # fmt: skip
        await refuses(no.DisputeNotFound, hall.run, verb, stranger, dispute.id, *args)
        await refuses(no.DisputeNotFound, hall.run, verb, learner, ids.new(), *args)
        if verb is not say:
            await refuses(no.PartiesOnly, hall.run, verb, MEDIATOR, dispute.id, *args)
    for query in (cases.dispute_view(read, dispute.id, stranger), cases.disputes_of(read, stranger, learner.account_id, DisputeQuery())):
        with pytest.raises(no.DisputeNotFound):
            await query
    staffed_host = Actor(account_id=host.account_id, permissions=RULER.permissions)
    for verb, args in ((propose, verdict(0)), (resolve, verdict(0)), (change_dispute, ChangeDispute(status="rejected", reason="mine"))):
        await refuses(no.OwnCase, hall.run, verb, staffed_host, dispute.id, args)
    for who, count in ((host, 1), (learner, 1), (stranger, 0), (MEDIATOR, 1)):
        assert (await cases.disputes(read, who, DisputeQuery())).total == count
    assert (await cases.disputes_of(read, MEDIATOR, learner.account_id, DisputeQuery())).total == 1
    await hall.verify()


async def test_evidence_and_messages(court: Court) -> None:
    hall, (host, learner, dispute) = court.hall, await court.opened()
    staff = Actor(account_id=(await court.people.person(name="Mia Mediator")).account_id, permissions=MEDIATOR.permissions)
    internal = await hall.run(say, staff, dispute.id, Message(text="Both are new here.", is_internal=True))
    told = await hall.run(say, staff, dispute.id, Message(text="What happened?"))
    assert (internal.is_internal, told.is_internal, (await court.view(dispute.id)).status) == (True, False, "open")
    assert not (await hall.run(say, learner, dispute.id, Message(text="No sound.", is_internal=True))).is_internal
    await refuses(Invalid, hall.run, add_evidence, host, dispute.id, Piece())
    await hall.run(add_evidence, host, dispute.id, Piece(text="My microphone was on."))
    answered = await court.view(dispute.id)
    assert (answered.status, answered.answered_at is not None) == ("under_review", True)
    read = await hall.read()
    for who, count in ((host, 2), (learner, 2), (MEDIATOR, 3)):
        assert (await papers.messages(read, who, dispute.id, ListQuery())).total == count
    assert [one.by for one in (await papers.evidence(read, learner, dispute.id, ListQuery())).items] == [host.account_id]
    bundle = await papers.bundle(read, MEDIATOR, dispute.id)
    facts: dict[str, Any] = bundle.facts
    assert {came["accountId"] for came in facts["attendance"]} == {host.account_id, learner.account_id}
    assert (facts["session"]["status"], facts["terms"]["fee_bp"]) == ("completed", 1_000)
    assert [(entry["kind"], entry["amount"]["amount"]) for entry in facts["entries"]] == [("hold", -31), ("hold", 31)]
    assert (len(bundle.messages), len(bundle.evidence)) == (3, 1)
    await hall.pool.execute(
        "INSERT INTO disputes.message SELECT gen_random_uuid(), case_id, account_id, text, false, created_at FROM disputes.message, "
        "generate_series(1, 200) WHERE account_id = $1", learner.account_id,
    )  # fmt: skip
    await refuses(no.TooMuch, hall.run, say, learner, dispute.id, Message(text="one more"))
    await hall.pool.execute(
        "INSERT INTO disputes.evidence SELECT gen_random_uuid(), case_id, account_id, text, NULL, NULL, NULL, NULL, created_at "
        "FROM disputes.evidence, generate_series(1, 50)"
    )
    await refuses(no.TooMuch, hall.run, add_evidence, host, dispute.id, Piece(text="one more"))


async def test_staff_that_is_a_side_does_not_read_what_staff_keeps_to_itself(court: Court) -> None:
    hall, (_, learner, dispute) = court.hall, await court.opened()
    staff = Actor(account_id=(await court.people.person(name="Mia Mediator")).account_id, permissions=MEDIATOR.permissions)
    await hall.run(say, staff, dispute.id, Message(text="The learner has done this before.", is_internal=True))
    await hall.run(propose, staff, dispute.id, verdict(5_000))
    colleague = Actor(account_id=learner.account_id, permissions=RULER.permissions)
    read = await hall.read()
    assert (await papers.messages(read, colleague, dispute.id, ListQuery())).total == 0
    assert (await papers.bundle(read, colleague, dispute.id)).messages == []
    assert (await cases.dispute_view(read, dispute.id, colleague)).mediator_id is None
    assert (await cases.dispute_view(read, dispute.id, staff)).mediator_id == staff.account_id


async def test_a_division_says_how_much_exactly_once(court: Court) -> None:
    hall, (_, _, dispute) = court.hall, await court.heard()
    for wrong in (
        Verdict(outcome=Outcome.PARTIAL_REFUND, reason="x"), Verdict(outcome=Outcome.NO_REFUND, payee_basis_points=5_000, reason="x"),
    ):  # fmt: skip
        await refuses(Invalid, hall.run, resolve, RULER, dispute.id, wrong)


async def test_the_queue_is_found_by_what_is_due(court: Court) -> None:
    hall, (_, learner, first) = court.hall, await court.heard()
    await hall.advance(6 * DAY)
    _, _, second = await court.heard()
    read = await hall.read()
    queue = await cases.disputes(read, MEDIATOR, DisputeQuery(is_open=True, sort="dueAt"))
    assert [one.id for one in queue.items] == [first.id, second.id]
    await hall.run(change_dispute, MEDIATOR, second.id, ChangeDispute(status="under review"))
    queries = {
        DisputeQuery(is_overdue=True): first.id, DisputeQuery(mine=True): second.id, DisputeQuery(escrow_id=first.escrow_id): first.id,
        DisputeQuery(subject_id=second.subject_id): second.id,
    }  # fmt: skip
    for query, found in queries.items():
        assert [one.id for one in (await cases.disputes(read, MEDIATOR, query)).items] == [found]
    for query in (DisputeQuery(status=["pending"]), DisputeQuery(is_appealed=True), DisputeQuery(kind="week")):
        assert (await cases.disputes(read, MEDIATOR, query)).items == []
    assert [one.id for one in (await cases.disputes(read, learner, DisputeQuery(status=["Investigating"]))).items] == [first.id]
    with pytest.raises(Invalid):
        await cases.disputes(read, learner, DisputeQuery(status=["nonsense"]))


async def test_what_keeps_an_account_open_and_what_is_forgotten(court: Court) -> None:
    hall, (host, learner, dispute) = court.hall, await court.ruled()
    obligations, data = DisputeObligations(), DisputeData()
    await hall.run(add_evidence, host, dispute.id, Piece(text="secret words of the host"))
    await hall.run(appeal, learner, dispute.id, Grounds(reason="secret words of the learner"))
    read = await hall.read()
    for who in (host, learner):
        assert [(one.kind, one.count) for one in await obligations.obligations(read, who.account_id)] == [("disputes.case", 1)]
        exported = await data.export(read, who.account_id)
        assert "secret words" in str(exported)
    await hall.run(resolve, OTHER_RULER, dispute.id, verdict(0))
    assert await obligations.obligations(await hall.read(), host.account_id) == []
    for who in (host, learner):
        while not await hall.work(data.erase, who.account_id, "Someone", 1):
            pass
        assert "secret words" not in str(await data.export(await hall.read(), who.account_id))
    assert (await court.view(dispute.id)).outcome == Outcome.FULL_REFUND
    await hall.verify()


async def test_verify_sees_a_case_without_its_freeze_and_a_freeze_without_its_case(court: Court) -> None:
    hall, (_, _, dispute) = court.hall, await court.opened()
    await hall.verify()
    await hall.pool.execute("UPDATE ledger.hold SET frozen_by = 'dispute:' || $1::uuid WHERE id = $2", ids.new(), dispute.escrow_id)
    with pytest.raises(AssertionError, match=r"every_open_case_has_frozen_its_hold") as found:
        await hall.verify()
    assert "every_hold_frozen_by_a_case_has_it" in str(found.value)


async def test_a_dispute_about_a_lesson_called_off_gives_it_back_when_withdrawn(court: Court) -> None:
    hall, people = court.hall, court.people
    host, learner = await people.host(), await people.person(wallet=31)
    session = await people.begun(host, learner)
    dispute = await court.open(learner, session.id)

    await hall.run(interrupt, host, session.id)
    await hall.advance(49 * HOUR)
    assert await people.state(session.id) == ("cancelled", "cancelled", "frozen")
    await hall.run(withdraw, learner, dispute.id)
    assert (await people.state(session.id), await people.spendable(learner)) == (("cancelled", "cancelled", "refunded"), 31)
    await hall.verify()


async def test_the_sides_are_written_what_the_other_one_and_staff_did(court: Court) -> None:
    hall, (host, learner, dispute) = court.hall, await court.ruled()
    await hall.drain()
    mail = await hall.pool.fetchval("SELECT text FROM kernel.mail WHERE subject = 'Ruling in a dispute: Guitar for beginners' LIMIT 1")
    assert "60 % of it goes to Hana Host, and the rest back to who paid." in mail
    assert "(UTC)" in mail
    await hall.run(appeal, learner, dispute.id, Grounds(reason="Not so."))
    await hall.run(resolve, OTHER_RULER, dispute.id, verdict(0))
    again = await court.opened()
    await hall.run(propose, MEDIATOR, again[2].id, verdict(10_000))
    await hall.run(withdraw, again[1], again[2].id)
    expected = {
        host: ["opened", "under_review", "ruled", "appealed", "resolved"],
        learner: ["under_review", "message_sent", "ruled", "resolved"],
        again[0]: ["opened", "proposed", "withdrawn"],
        again[1]: ["proposed"],
    }  # fmt: skip
    for who, types in expected.items():
        heard = [one.removeprefix("disputes.") for one in await told(hall, who) if one.startswith("disputes.")]
        assert sorted(heard) == sorted(types)
    late = [subject for subject in await court.people.mails(again[1]) if "ispute" in subject]
    assert late == []  # the proposal was gone before it was sent
