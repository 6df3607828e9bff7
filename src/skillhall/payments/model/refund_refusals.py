"""Every "no" about money that goes back."""

from skillhall.kernel.refusals import Conflict, NotFound, Refused


class RefundNotFound(NotFound):
    """No such refund."""

    code = "payments.refund_not_found"
    message = "There is no such refund."


class ChargebackNotFound(NotFound):
    """No such chargeback, or somebody else's."""

    code = "payments.chargeback_not_found"
    message = "There is no such chargeback."


class SuspenseNotFound(NotFound):
    """No such money."""

    code = "payments.suspense_not_found"
    message = "There is no such money in suspense."


class NotRefundable(Conflict):
    """Nothing has come in, all of it is back or on its way, or its owner gives nothing back."""

    code = "payments.not_refundable"
    message = "Nothing of this payment can be refunded."


class RefundTooLate(Refused):
    """The time for asking is over."""

    code = "payments.refund_too_late"
    message = "A payment can be refunded for {days} days."


class RefundTooMuch(Refused):
    """More than may go back."""

    code = "payments.refund_too_much"
    message = "At most {most} of this payment can be refunded."


class PaymentDisputed(Conflict):
    """The payer's bank decides."""

    code = "payments.disputed"
    message = "The payer's bank has taken this payment back: a refund is not possible until it has decided."


class OtherCurrency(Refused):
    """A refund is in the currency of its payment."""

    code = "payments.other_currency"
    message = "This payment was made in {currency}."


class RefundMoved(Conflict):
    """Only what has failed and still has its money is sent again."""

    code = "payments.refund_moved"
    message = "This refund is {status}, or its money is no longer here: it cannot be sent again."


class SuspenseResolved(Conflict):
    """Somebody has resolved it."""

    code = "payments.suspense_resolved"
    message = "This money is no longer in suspense."
