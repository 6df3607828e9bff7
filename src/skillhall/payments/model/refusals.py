"""Every "no" about payments and methods."""

from skillhall.kernel.refusals import Conflict, Forbidden, Invalid, NotFound, Refused


class PaymentNotFound(NotFound):
    """No such payment, or somebody else's."""

    code = "payments.not_found"
    message = "There is no such payment."


class MethodNotFound(NotFound):
    """No such payment method, or somebody else's."""

    code = "payments.method_not_found"
    message = "There is no such payment method."


class ProviderNotFound(NotFound):
    """Nobody of that name sends us webhooks."""

    code = "payments.provider_not_found"
    message = "There is no payment provider {provider} here."


class NoProvider(Refused):
    """Nobody is set up who could charge this."""

    code = "payments.no_provider"
    message = "This community takes no payments in this way."


class NotPayable(Refused):
    """Nobody sells things of this kind here."""

    code = "payments.not_payable"
    message = "This cannot be paid for here."


class AmountMismatch(Refused):
    """The client believes in another price, currency or payee than what is true now."""

    code = "payments.amount_mismatch"
    message = "The {field} differs: this costs {amount}."


class AlreadyOpen(Conflict):
    """The same thing is being paid for already, in another way."""

    code = "payments.already_open"
    message = "This is being paid for already with another coupon or provider. Finish or cancel that payment first."


class PaymentMoved(Conflict):
    """The payment is past that."""

    code = "payments.moved"
    message = "This payment is {status}: that is not possible any more."


class AmountNotTaken(Refused):
    """The provider charges this currency in larger steps."""

    code = "payments.amount_not_taken"
    message = "This costs {amount}, and {provider} takes multiples of {step} alone. Choose another provider."


class ReferenceNeeded(Refused):
    """Money that came in has a name at its provider, which is no other payment's; without it nothing can go back."""

    code = "payments.reference_needed"
    message = "Say what {provider} calls this charge; no other payment has that name."


class OutcomeUnknown(Conflict):
    """What became of the last attempt is not known yet; a second one could charge twice."""

    code = "payments.outcome_unknown"
    message = "We do not know yet what became of the last attempt. Nothing more is charged until we do."


class NotUndecided(Conflict):
    """Only what has stayed unknown for long is decided by hand."""

    code = "payments.not_undecided"
    message = "This is decided by hand only when nothing was heard of it for {hours} hours."


class OwnPayment(Forbidden):
    """Nobody decides about money of their own."""

    code = "payments.own_payment"
    message = "You cannot decide about payments of your own."


class OtherOperatorNeeded(Refused):
    """A decision about money needs two."""

    code = "payments.other_operator_needed"
    message = "You have decided already. Another operator has to agree."


class DecisionDiffers(Conflict):
    """The two operators do not agree."""

    code = "payments.decision_differs"
    message = "Another operator has decided {outcome}. Agree between you first."


class CardNumber(Refused):
    """Numbers of cards never come here: the provider's page turns them into tokens."""

    code = "payments.card_number"
    message = "This looks like the number of a card. Send the token of your payment provider instead."


class WebhookAmbiguous(Invalid):
    """A webhook without exactly one signature of a provider we know."""

    code = "payments.webhook_ambiguous"
    message = "Exactly one signature header of a known provider is needed."
