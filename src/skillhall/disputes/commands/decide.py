"""What staff does: take a case up, propose a division, rule, reject."""

from uuid import UUID

from skillhall.disputes.commands.record import change
from skillhall.disputes.model import verbs
from skillhall.disputes.model.bodies import ChangeDispute, Verdict, basis_points
from skillhall.disputes.model.case import State, state_of
from skillhall.disputes.model.refusals import RulersOnly, StatusNotSettable
from skillhall.disputes.queries.cases import DisputeView
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Subject


async def propose(tx: Tx, by: Actor, dispute_id: UUID, command: Verdict) -> DisputeView:
    """Propose a division that both sides may accept."""
    payee_bp = basis_points(command)
    view = await change(tx, by, dispute_id, lambda dispute: verbs.proposed(dispute, by, payee_bp, command.reason, tx.now))
    tx.audit("disputes.propose", Subject("dispute", dispute_id), after={"payeeBasisPoints": payee_bp}, reason=command.reason)
    return view


async def resolve(tx: Tx, by: Actor, dispute_id: UUID, command: Verdict) -> DisputeView:
    """Rule. The money moves when the time for an appeal has passed, or at once when both accept or the ruling is about an appeal."""
    payee_bp = basis_points(command)
    view = await change(tx, by, dispute_id, lambda dispute: verbs.ruled(dispute, by, payee_bp, command.reason, tx.now))
    tx.audit("disputes.rule", Subject("dispute", dispute_id), after={"payeeBasisPoints": payee_bp}, reason=command.reason)
    return view


async def change_dispute(tx: Tx, by: Actor, dispute_id: UUID, command: ChangeDispute) -> DisputeView:
    """Set a status by running the verb that leads to it: take the case up, or reject it."""
    reason = command.reason
    match state_of(command.status):
        case State.UNDER_REVIEW:
            view = await change(tx, by, dispute_id, lambda dispute: verbs.taken_up(dispute, by))
            tx.audit("disputes.take_up", Subject("dispute", dispute_id), reason=reason)
            return view
        case State.REJECTED:
            if not by.may("case.rule"):
                raise RulersOnly
            if reason is None:
                raise Invalid(FieldError("reason", "body", "disputes.reason_missing", "Say why the dispute is rejected."))
            return await change(tx, by, dispute_id, lambda dispute: verbs.rejected(dispute, by, reason, tx.now))
        case _:
            raise StatusNotSettable(status=command.status)
