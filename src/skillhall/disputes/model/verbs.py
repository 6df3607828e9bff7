"""What people and time do to a dispute. Pure: each verb answers the dispute after, or refuses."""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from skillhall.disputes.model import refusals as no
from skillhall.disputes.model.case import WHOLE, Decision, DecisionState, Dispute, State, hours
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.ids import NIL
from skillhall.kernel.shapes import instant


def answered(dispute: Dispute, by: Actor, now: datetime) -> Dispute:
    """The other side has said something: support's time begins."""
    case = dispute.case
    if case.is_chargeback or case.state is not State.OPEN or by.account_id != case.respondent_id:
        return dispute
    due_at = now + hours(case.terms.review_hours)
    return replace(dispute, case=replace(case, state=State.UNDER_REVIEW, answered_at=now, due_at=due_at))


def taken_up(dispute: Dispute, by: Actor) -> Dispute:
    """A member of staff takes the case."""
    dispute.check_open()
    dispute.check_impartial(by)
    _check_heard(dispute)
    return replace(dispute, case=replace(dispute.case, mediator_id=by.account_id))


def proposed(dispute: Dispute, by: Actor, payee_bp: int, reason: str, now: datetime) -> Dispute:
    """Support proposes a division; an earlier proposal falls."""
    dispute.check_open()
    dispute.check_impartial(by)
    if dispute.open_decision and dispute.open_decision.is_ruling:
        raise no.AlreadyRuled
    case = replace(dispute.case, mediator_id=dispute.case.mediator_id or by.account_id)
    proposal = Decision(
        id=ids.new(), case_id=case.id, kind="proposal", state=DecisionState.OPEN, payee_bp=payee_bp, reason=reason, by_id=by.account_id,
        made_at=now,
    )  # fmt: skip
    return replace(dispute, case=case, decision=proposal)


def accepted(dispute: Dispute, by: Actor, now: datetime) -> Dispute:
    """One side accepts; when both have, it is carried out. What was carried out with one's consent stays accepted."""
    dispute.check_party(by)
    if dispute.case.state is State.RESOLVED and dispute.decision and dispute.decision.accepted_by(dispute.case, by.account_id):
        return dispute
    dispute.check_open()
    decision = dispute.open_decision
    if decision is None:
        raise no.NothingToAccept
    if by.account_id == dispute.case.payer_id:
        decision = replace(decision, payer_accepted_at=decision.payer_accepted_at or now)
    else:
        decision = replace(decision, payee_accepted_at=decision.payee_accepted_at or now)
    after = replace(answered(dispute, by, now), decision=decision)
    return executed(after, now) if decision.payer_accepted_at and decision.payee_accepted_at else after


def declined(dispute: Dispute, by: Actor, now: datetime) -> Dispute:
    """One side declines a proposal."""
    dispute.check_party(by)
    dispute.check_open()
    decision = dispute.open_decision
    if decision is None:
        raise no.NothingToAccept
    if decision.is_ruling:
        raise no.AppealInstead(until=instant(dispute.case.due_at or now))
    return replace(answered(dispute, by, now), decision=replace(decision, state=DecisionState.DECLINED))


def ruled(dispute: Dispute, by: Actor, payee_bp: int, reason: str, now: datetime) -> Dispute:
    """Staff rules: carried out when the time for an appeal has passed; at once when it decides about an appeal, by another person."""
    dispute.check_open()
    dispute.check_impartial(by)
    _check_heard(dispute)
    if dispute.open_decision and dispute.open_decision.is_ruling:
        raise no.AlreadyRuled
    case = dispute.case
    if case.ruled_by == by.account_id:
        raise no.SamePerson
    ruling = Decision(
        id=ids.new(), case_id=case.id, kind="ruling", state=DecisionState.OPEN, payee_bp=payee_bp, reason=reason, by_id=by.account_id,
        made_at=now,
    )  # fmt: skip
    due_at = now + hours(case.terms.appeal_hours)
    after = replace(dispute, case=replace(case, ruled_by=by.account_id, due_at=due_at, overdue_at=None), decision=ruling)
    return executed(after, now) if case.appealed_at else after


def appealed(dispute: Dispute, by: Actor, reason: str, now: datetime) -> Dispute:
    """One side appeals, once and in time: another person will decide. Who has appealed already stays it."""
    dispute.check_party(by)
    dispute.check_open()
    case, ruling = dispute.case, dispute.open_decision
    if case.appealed_by == by.account_id:
        return dispute
    is_late = case.due_at is None or now >= case.due_at
    if ruling is None or not ruling.is_ruling or is_late or ruling.accepted_by(case, by.account_id):
        raise no.NothingToAppeal
    due_at = now + hours(case.terms.review_hours)
    case = replace(case, appealed_by=by.account_id, appealed_at=now, appeal_reason=reason, mediator_id=None, due_at=due_at)
    return replace(dispute, case=case, decision=replace(ruling, state=DecisionState.APPEALED))


def withdrawn(dispute: Dispute, by: Actor, now: datetime) -> Dispute:
    """Who opened it lets it be, as long as nobody has ruled. Once withdrawn it stays so."""
    dispute.check_party(by)
    if by.account_id != dispute.case.opener_id:
        raise no.OpenerOnly
    if dispute.case.state is State.WITHDRAWN:
        return dispute
    return _ended(dispute, State.WITHDRAWN, by.account_id, None, now)


def rejected(dispute: Dispute, by: Actor, reason: str, now: datetime) -> Dispute:
    """Staff finds that there is nothing to decide."""
    dispute.check_impartial(by)
    return _ended(dispute, State.REJECTED, by.account_id, reason, now)


def decided_by_bank(dispute: Dispute, *, is_won: bool, now: datetime) -> Dispute:
    """Return a chargeback's case as the payer's bank has decided it. What it decided stays."""
    case = dispute.case
    if case.closed_at:
        return dispute
    return replace(dispute, case=replace(case, state=State.RESOLVED, payee_bp=WHOLE if is_won else 0, due_at=None, closed_at=now))


def taken_by_bank(dispute: Dispute, left: int, now: datetime) -> Dispute:
    """Return it about what the payer's bank has left of the payment; about nothing there is nothing to decide any more."""
    case = dispute.case
    if case.closed_at or left >= case.amount:
        return dispute
    if left:
        return replace(dispute, case=replace(case, amount=left))
    reason = "The payer's bank has taken the money back."
    case = replace(case, state=State.REJECTED, due_at=None, overdue_at=None, closed_at=now, closed_by=NIL, closed_reason=reason)
    decision = replace(dispute.decision, state=DecisionState.REPLACED) if dispute.decision and dispute.open_decision else dispute.decision
    return replace(dispute, case=case, decision=decision)


def passed(dispute: Dispute, now: datetime) -> Dispute:
    """Do what time alone does, if it is time."""
    case = dispute.case
    if case.due_at is None or case.due_at > now:
        return dispute
    if case.is_chargeback:
        return replace(dispute, case=replace(case, state=State.UNDER_REVIEW, due_at=None))
    if case.state is State.OPEN:
        return replace(dispute, case=replace(case, state=State.UNDER_REVIEW, due_at=case.due_at + hours(case.terms.review_hours)))
    if dispute.open_decision and dispute.open_decision.is_ruling:
        return executed(dispute, case.due_at)
    return replace(dispute, case=replace(case, due_at=None, overdue_at=case.due_at))


def executed(dispute: Dispute, now: datetime) -> Dispute:
    """Return the dispute resolved as decided."""
    decision = dispute.open_decision
    if decision is None:
        raise no.NothingToAccept
    case = replace(dispute.case, state=State.RESOLVED, payee_bp=decision.payee_bp, due_at=None, overdue_at=None, closed_at=now)
    return replace(dispute, case=case, decision=replace(decision, state=DecisionState.EXECUTED))


def _ended(dispute: Dispute, state: State, by: UUID, reason: str | None, now: datetime) -> Dispute:
    dispute.check_open()
    if dispute.case.ruled_by:
        raise no.AlreadyRuled
    case = replace(dispute.case, state=state, due_at=None, overdue_at=None, closed_at=now, closed_by=by, closed_reason=reason)
    decision = replace(dispute.decision, state=DecisionState.REPLACED) if dispute.decision and dispute.open_decision else dispute.decision
    return replace(dispute, case=case, decision=decision)


def _check_heard(dispute: Dispute) -> None:
    """Refuse to decide before the other side has answered or had its time."""
    if dispute.case.state is State.OPEN:
        raise no.NotYet(until=instant(dispute.case.due_at or dispute.case.opened_at))
