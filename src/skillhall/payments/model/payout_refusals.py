"""Every "no" about payouts, earnings and reconciliation."""

from skillhall.kernel.refusals import Conflict, Forbidden, NotFound, Refused


class PayoutNotFound(NotFound):
    """No such payout, or somebody else's."""

    code = "payments.payout_not_found"
    message = "There is no such payout."


class PayoutAccountNotFound(NotFound):
    """Nobody has said where this person's money should go."""

    code = "payments.payout_account_not_found"
    message = "There is no payout account yet: PUT /api/v1/payouts/account sets one's own."


class NoPayoutAccount(Refused):
    """What needs a place for the money to go was asked before there is one."""

    code = "payments.no_payout_account"
    message = "First say where your earnings should go: PUT /api/v1/payouts/account."


class PayoutKindNotOffered(Refused):
    """No configured provider sends money to such a destination."""

    code = "payments.payout_kind_not_offered"
    message = "Payouts by {kind} are not offered here."


class IdentityUnverified(Refused):
    """Staff must know who is paid."""

    code = "payments.identity_unverified"
    message = "Your identity has to be verified before you are paid out; it is {status}."


class DestinationTooNew(Refused):
    """Somebody else may have changed where the money goes: the owner has some days to notice it."""

    code = "payments.destination_too_new"
    message = "Your payout account has a new destination: money can go there from {payable_from} on."


class AddressUnverified(Refused):
    """An account whose e-mail address is not proven may do everything but withdraw money."""

    code = "payments.address_unverified"
    message = "Verify your e-mail address before you withdraw money."


class CurrencyNotPaidOut(Refused):
    """There is no conversion: the money goes out in the currency of the payout account."""

    code = "payments.currency_not_paid_out"
    message = "Your payout account takes {currency}, not {asked}."


class NotYetPayable(Refused):
    """Earnings wait some days before they can be paid out or redeemed."""

    code = "payments.not_yet_payable"
    message = "You asked for {asked}, and {payable} of your earnings can go now: new earnings wait some days."


class NotRedeemable(Refused):
    """Credits have no price in this currency."""

    code = "payments.not_redeemable"
    message = "Credits are not redeemed into {currency} here."


class PayoutSent(Conflict):
    """Only what has not left yet can be taken back."""

    code = "payments.payout_sent"
    message = "This payout is {status} and cannot be cancelled."


class OwnPayout(Forbidden):
    """Nobody decides about money of their own."""

    code = "payments.own_payout"
    message = "You cannot decide about payouts of your own."


class VerificationNotAsked(Conflict):
    """There is nothing to check."""

    code = "payments.verification_not_asked"
    message = "Nobody has asked for this account to be verified."


class VerificationOpen(Conflict):
    """One request at a time; who is verified needs none."""

    code = "payments.verification_open"
    message = "Your verification is {status}."


class ReconciliationNotFound(NotFound):
    """This day of this provider was never compared."""

    code = "payments.reconciliation_not_found"
    message = "There is no such reconciliation."


class DayNotBegun(Refused):
    """A statement of the future says nothing."""

    code = "payments.day_not_begun"
    message = "{day} has not begun yet."
