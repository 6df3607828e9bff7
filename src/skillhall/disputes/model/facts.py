"""The facts that follow from a dispute before and after a verb. Pure."""

from collections.abc import Iterator
from typing import Any

from skillhall.disputes import events
from skillhall.disputes.model.case import Case, DecisionState, Dispute, State, outcome_of
from skillhall.kernel.events import Event
from skillhall.kernel.ids import NIL


def facts(before: Dispute, after: Dispute) -> Iterator[Event]:
    """Yield what to publish."""
    case, about = after.case, about_of(after.case)
    if case.state is State.UNDER_REVIEW and before.case.state is State.OPEN:
        yield events.UnderReview(**about, is_answered=case.answered_at is not None, review_by=case.due_at)
    yield from _decision_facts(before, after, about)
    if case.overdue_at and not before.case.overdue_at:
        yield events.ReviewOverdue(**about)
    if case.state is before.case.state:
        return
    match case.state:
        case State.RESOLVED:
            payee_bp = case.payee_bp or 0
            yield events.Resolved(**about, payee_bp=payee_bp, outcome=outcome_of(payee_bp))
        case State.REJECTED:
            yield events.Rejected(**about, is_taken_back=case.closed_by == NIL)
        case State.WITHDRAWN:
            yield events.Withdrawn(**about)
        case _:
            pass


def _decision_facts(before: Dispute, after: Dispute, about: dict[str, Any]) -> Iterator[Event]:
    decision, old, case = after.decision, before.decision, after.case
    if decision is None:
        return
    if old is None or decision.id != old.id:
        if decision.is_ruling:
            executes_at, is_final = case.due_at or case.closed_at, case.appealed_at is not None
            yield events.Ruled(**about, payee_bp=decision.payee_bp, executes_at=executes_at, is_final=is_final)
        else:
            yield events.Proposed(**about, payee_bp=decision.payee_bp)
    elif decision.state is not old.state and decision.state is DecisionState.DECLINED:
        yield events.ProposalDeclined(**about)
    elif decision.state is not old.state and decision.state is DecisionState.APPEALED:
        yield events.Appealed(**about, by_id=case.appealed_by, review_by=case.due_at)


def about_of(case: Case) -> dict[str, Any]:
    """Return what every fact tells."""
    return {
        "dispute_id": case.id, "kind": case.kind, "hold_id": case.hold_id, "contested_id": case.subject_id, "payer_id": case.payer_id,
        "payee_id": case.payee_id, "opener_id": case.opener_id,
    }  # fmt: skip
