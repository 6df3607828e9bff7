"""What clients send."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.disputes.model.case import WHOLE, Outcome
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body

Text = Annotated[str, Meta(min_length=1, max_length=4000)]
_SUBJECTS = ("escrowId", "bookingId", "projectId", "sessionId", "paymentId")


class Piece(Body, frozen=True, kw_only=True):
    """A piece of evidence: words, an own upload (document, image, media), or both."""

    text: Text | None = None
    file_id: UUID | None = None


class OpenDispute(Body, frozen=True, kw_only=True):
    """What is disputed, named by exactly one id, and why. `escrowId` is the id of the held payment itself."""

    escrow_id: UUID | None = None
    booking_id: UUID | None = None
    project_id: UUID | None = None
    session_id: UUID | None = None
    payment_id: UUID | None = None
    reason: Text
    description: Text | None = None
    evidence: Text | Annotated[list[Piece], Meta(max_length=10)] | None = None

    @property
    def pieces(self) -> list[Piece]:
        """The evidence, piece by piece."""
        if isinstance(self.evidence, str):
            return [Piece(text=self.evidence)]
        return self.evidence or []


class Problem(Body, frozen=True, kw_only=True):
    """What went wrong with a session. The host of a group names the seat, or its learner's account."""

    description: Text
    seat_id: UUID | None = None
    account_id: UUID | None = None


class Message(Body, frozen=True, kw_only=True):
    """Words to the other side and to staff; staff may keep them to staff."""

    text: Text
    is_internal: bool = False


class Verdict(Body, frozen=True, kw_only=True):
    """Who gets the money. `payeeBasisPoints` belongs to a partial refund: 6000 gives the payee 60 %, before the fee, rounded down."""

    outcome: Outcome
    payee_basis_points: Annotated[int, Meta(ge=1, le=WHOLE - 1)] | None = None
    reason: Text


class Grounds(Body, frozen=True, kw_only=True):
    """Why, required."""

    reason: Text


class ChangeDispute(Body, frozen=True, kw_only=True):
    """Where staff sets a dispute: `under_review` takes it up, `rejected` ends it, with a reason."""

    status: Annotated[str, Meta(max_length=40)]
    reason: Text | None = None


def check_one_subject(command: OpenDispute) -> None:
    """Refuse none, and more than one, of the ids."""
    given = (command.escrow_id, command.booking_id, command.project_id, command.session_id, command.payment_id)
    if sum(one is not None for one in given) != 1:
        raise Invalid(*(_wrong(name, "one_subject", f"Send exactly one of {', '.join(_SUBJECTS)}.") for name in _SUBJECTS))


def check_piece(piece: Piece) -> None:
    """Refuse evidence that is nothing."""
    if piece.text is None and piece.file_id is None:
        raise Invalid(*(_wrong(name, "no_evidence", "Send text, a file, or both.") for name in ("text", "fileId")))


def basis_points(command: Verdict) -> int:
    """Return what the payee gets of ten thousand, or refuse a division that says nothing, or says it twice."""
    if (command.outcome is Outcome.PARTIAL_REFUND) != (command.payee_basis_points is not None):
        raise Invalid(_wrong("payeeBasisPoints", "for_partial_refund", "A partial refund, and no other, says how much the payee gets."))
    whole = WHOLE if command.outcome is Outcome.NO_REFUND else 0
    return whole if command.payee_basis_points is None else command.payee_basis_points


def _wrong(field: str, code: str, message: str) -> FieldError:
    return FieldError(field, "body", f"disputes.{code}", message)
