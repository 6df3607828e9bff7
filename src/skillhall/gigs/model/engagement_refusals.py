"""Every "no" about agreements, the work they are for, and the money set aside for it."""

from skillhall.kernel.refusals import Conflict, Forbidden, NotFound, Refused

# Agreements


class AgreementNotFound(NotFound):
    """No such agreement, or the caller is no party to it."""

    code = "gigs.agreement_not_found"
    message = "This agreement does not exist or is not yours."


class AgreementMoved(Conflict):
    """The agreement is not in a state in which this verb is possible."""

    code = "gigs.agreement_moved"
    message = "The agreement is {status}; it cannot be {verb} now."


class ClientOnly(Forbidden):
    """Only the client of this agreement may do this."""

    code = "gigs.client_only"
    message = "Only the client may do this."


class OtherVersion(Conflict):
    """A signature names the version of the terms it is for, and that is not the present one."""

    code = "gigs.other_version"
    message = "The terms have changed: version {version} is the one to sign."


class TermsBound(Conflict):
    """Money is set aside for these terms, so they stay."""

    code = "gigs.terms_bound"
    message = "Money is held for these terms. They can change when nothing is held."


class BidLapsed(Conflict):
    """The bid was valid until a time that has passed."""

    code = "gigs.bid_lapsed"
    message = "This bid was valid until {until}."


class NoAmount(Refused):
    """An application, or an hourly bid without a rate, says no price; whoever accepts it must."""

    code = "gigs.no_amount"
    message = "This bid names no price: say how much is agreed."


class AmountDiffersFromBid(Refused):
    """What is agreed is what was bid."""

    code = "gigs.amount_differs_from_bid"
    message = "The bid is {bid}, not {agreed}."


class MilestonesDiffer(Refused):
    """Milestones sum to what is agreed."""

    code = "gigs.milestones_differ"
    message = "The milestones come to {sum}; agreed are {agreed}."


class TermsUnfit(Refused):
    """Milestones and an amount belong to fixed work, a rate and a weekly limit to hourly work; a booking is paid whole."""

    code = "gigs.terms_unfit"
    message = "These terms do not fit {kind} work: {field}."


class DeliveryPending(Conflict):
    """What the worker has delivered, sent back or not, or is at work on by the hour, is decided before the client ends the agreement."""

    code = "gigs.delivery_pending"
    message = "Something was delivered or is under way: pay for it or open a dispute first."


class NotDelivered(Conflict):
    """Something that is paid for has not been delivered."""

    code = "gigs.not_delivered"
    message = "This has not been delivered yet."


class WorkUnnamed(Refused):
    """Several milestones could be meant."""

    code = "gigs.work_unnamed"
    message = "Say which milestone you mean: {count} could be."


# Milestones, bookings, weeks


class MilestoneNotFound(NotFound):
    """No such milestone, or the caller is no party to its agreement."""

    code = "gigs.milestone_not_found"
    message = "This milestone does not exist or is not yours."


class MilestoneMoved(Conflict):
    """The milestone is not in a state in which this verb is possible."""

    code = "gigs.milestone_moved"
    message = "The milestone is {status}; it cannot be {verb} now."


class NoRevisionsLeft(Refused):
    """The terms say how often the client may ask for a revision."""

    code = "gigs.no_revisions_left"
    message = "The {revisions} revisions agreed are used up: approve the delivery or open a dispute."


class BookingNotFound(NotFound):
    """No such booking, or the caller is no party to it."""

    code = "gigs.booking_not_found"
    message = "This booking does not exist or is not yours."


class BookingMoved(Conflict):
    """The booking is not in a state in which this verb is possible."""

    code = "gigs.booking_moved"
    message = "The booking is {status}; it cannot be {verb} now."


class HourlyBid(Refused):
    """A booking is paid whole; hourly work is paid by the week."""

    code = "gigs.hourly_bid"
    message = "This bid is by the hour: accept it instead of booking."


class TimePassed(Refused):
    """Time is booked ahead."""

    code = "gigs.time_passed"
    message = "Book a time that lies ahead and ends after it starts."


class WeekNotFound(NotFound):
    """No such week, or the caller is no party to its agreement."""

    code = "gigs.week_not_found"
    message = "This week does not exist or is not yours."


class WeekMoved(Conflict):
    """The week is not in a state in which this verb is possible."""

    code = "gigs.week_moved"
    message = "The week is {status}; it cannot be {verb} now."


class OverCap(Refused):
    """A week holds no more hours than its limit."""

    code = "gigs.over_cap"
    message = "At most {most} minutes can be submitted for this week."


# Protected payment


class EscrowNotFound(NotFound):
    """No such protected payment, or the caller is no party to it."""

    code = "gigs.escrow_not_found"
    message = "This protected payment does not exist or is not yours."


class EscrowMoved(Conflict):
    """The money is not where this verb needs it."""

    code = "gigs.escrow_moved"
    message = "The money is {status}; it cannot be {verb} now."


class PaidInCredits(Refused):
    """Work priced in credits is paid from the wallet."""

    code = "gigs.paid_in_credits"
    message = "This is paid in credits, from your wallet."


class NoCoupon(Refused):
    """Coupons are the platform's; work is paid to its worker."""

    code = "gigs.no_coupon"
    message = "No coupon counts here: the price is the worker's."


class StillHeld(Conflict):
    """What the worker has not got is not the worker's to give back."""

    code = "gigs.still_held"
    message = "The money is still held: cancel the agreement, or open a dispute."


class NotFunded(Conflict):
    """Work begins when the money for it is set aside."""

    code = "gigs.not_funded"
    message = "The money for this is not set aside yet."


class NoAmountTaken(Refused):
    """A release is of the whole; parts are what milestones are for."""

    code = "gigs.no_amount_taken"
    message = "The whole is released; send no amount."


class NotDisputable(Conflict):
    """Only money that is held for work under way can be disputed."""

    code = "gigs.not_disputable"
    message = "The money is {status}: there is nothing to dispute."


class OwnEscrow(Forbidden):
    """Staff never decides about its own money."""

    code = "gigs.own_escrow"
    message = "You are a party to this payment, so somebody else decides."
