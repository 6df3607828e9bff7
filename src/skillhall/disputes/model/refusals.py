"""Every "no" of this context."""

from skillhall.kernel.refusals import Conflict, Forbidden, NotFound, Refused


class DisputeNotFound(NotFound):
    """No such dispute, or the caller has no part in it."""

    code = "disputes.not_found"
    message = "This dispute does not exist or is not yours."


class NothingHeld(NotFound):
    """What was named does not exist, holds no payment, or the caller is no party of it."""

    code = "disputes.nothing_held"
    message = "There is no such payment, or you are not a party of it."


class PaymentUnnamed(Refused):
    """Several payments are concerned."""

    code = "disputes.payment_unnamed"
    message = "{count} payments are concerned. Name one of them."


class AlreadyOpen(Conflict):
    """One open dispute per payment."""

    code = "disputes.already_open"
    message = "The other side has opened a dispute about this payment: {dispute_id}."


class Closed(Conflict):
    """The dispute has ended."""

    code = "disputes.closed"
    message = "This dispute is {status}."


class AlreadyRuled(Conflict):
    """A ruling has been made."""

    code = "disputes.already_ruled"
    message = "A ruling has been made in this dispute."


class NotYet(Conflict):
    """The other side has not answered and still may."""

    code = "disputes.not_yet"
    message = "The other side may answer until {until}."


class NothingToAccept(Conflict):
    """No proposal and no ruling waits for an answer."""

    code = "disputes.nothing_to_accept"
    message = "No proposal or ruling waits for your answer."


class NothingToAppeal(Conflict):
    """There is no ruling, its time has passed, the caller has accepted it, or it has been appealed before."""

    code = "disputes.nothing_to_appeal"
    message = "There is no ruling that you can appeal: once, in time, and only one that you have not accepted."


class AppealInstead(Refused):
    """A ruling needs nobody's consent."""

    code = "disputes.appeal_instead"
    message = "A ruling cannot be declined. You may appeal until {until}."


class PartiesOnly(Forbidden):
    """A verb of the two sides, tried by staff."""

    code = "disputes.parties_only"
    message = "Only the two sides of this dispute may do this."


class OpenerOnly(Forbidden):
    """Only who opened a dispute withdraws it."""

    code = "disputes.opener_only"
    message = "Only the side that opened this dispute may withdraw it."


class OwnCase(Forbidden):
    """Staff decides nothing of its own."""

    code = "disputes.own_case"
    message = "You are a side of this dispute, so somebody else has to decide."


class SamePerson(Forbidden):
    """An appeal goes to another person."""

    code = "disputes.same_person"
    message = "You made the ruling, so somebody else has to decide about the appeal."


class RulersOnly(Forbidden):
    """Mediators do not reject disputes."""

    code = "disputes.rulers_only"
    message = "Only staff who may rule can reject a dispute."


class StatusNotSettable(Refused):
    """No verb leads to this status from here."""

    code = "disputes.status_not_settable"
    message = "A dispute cannot be set to {status}. It is resolved by a ruling and withdrawn by the side that opened it."


class BankDecides(Conflict):
    """A chargeback is decided by the bank alone."""

    code = "disputes.bank_decides"
    message = "The payer's bank decides about this chargeback. Only evidence can be added."


class PayeeOnly(Forbidden):
    """The payer has told their bank."""

    code = "disputes.payee_only"
    message = "Evidence about a chargeback comes from the side that was paid, and from staff."


class TooMuch(Refused):
    """One side has said as much as a dispute takes."""

    code = "disputes.too_much"
    message = "A dispute takes at most {most} {things} of each person."
