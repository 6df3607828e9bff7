"""Every "no" of this context."""

from skillhall.kernel.refusals import Conflict, Forbidden, NotFound, Refused


class OfferNotFound(NotFound):
    """No such offer, or its host withdrew it."""

    code = "learning.offer_not_found"
    message = "This offer does not exist or is no longer available."


class SessionNotFound(NotFound):
    """No such session, or the caller takes no part in it."""

    code = "learning.session_not_found"
    message = "This session does not exist or is not yours."


class SeatNotFound(NotFound):
    """The session has no such seat, or it is another learner's."""

    code = "learning.seat_not_found"
    message = "This session has no such seat."


class NotYourOffer(Forbidden):
    """Only its host may change an offer."""

    code = "learning.not_your_offer"
    message = "Only the host may change this offer."


class OfferMoved(Conflict):
    """Somebody changed the offer at the same moment."""

    code = "learning.offer_moved"
    message = "The offer was changed at the same moment. Look at it again."


class HostOnly(Forbidden):
    """A verb for the host, tried by a learner."""

    code = "learning.host_only"
    message = "Only the host may do this."


class LearnerOnly(Forbidden):
    """A verb for a learner, tried by the host."""

    code = "learning.learner_only"
    message = "Only a learner of this session may do this."


class OwnOffer(Refused):
    """Nobody books a lesson with themselves."""

    code = "learning.own_offer"
    message = "You cannot book your own offer."


class CurrencyNotAccepted(Refused):
    """A price in another currency than the community's, or in what its books do not keep: money among points, credits without any."""

    code = "learning.currency_not_accepted"
    message = "{currency} is not accepted here. Lessons may be priced in: {accepted}."


class TooManyRounds(Refused):
    """A seat was taken and left again and again."""

    code = "learning.too_many_rounds"
    message = "You have taken and left a seat of this session {rounds} times."


class NobodySeated(Refused):
    """A group session without learners is not begun."""

    code = "learning.nobody_seated"
    message = "Nobody has taken a seat in this session."


class NoMatchingOffer(Refused):
    """The host has no active offer of this skill and duration."""

    code = "learning.no_matching_offer"
    message = "This host offers no lesson of {duration} minutes in this skill."


class SkillUnknown(Refused):
    """The skill is not in the catalogue, or hidden."""

    code = "learning.skill_unknown"
    message = "This skill is not in the catalogue."


class PriceChanged(Refused):
    """The price the client showed is not the price of the offer."""

    code = "learning.price_changed"
    message = "The price is {text} now. Look at the offer again before booking."


class TooSoon(Refused):
    """The start is nearer than the offer, or an answer to a request, allows."""

    code = "learning.too_soon"
    message = "This has to start at {earliest} or later."


class TooFarAhead(Refused):
    """The start is further away than the offer allows."""

    code = "learning.too_far_ahead"
    message = "This can be booked at most {days} days ahead."


class OutsideHours(Refused):
    """Instant booking is for the hours the host has opened."""

    code = "learning.outside_hours"
    message = "The host is not available at this time. Choose one of the free slots."


class NotOpenYet(Refused):
    """The room, or the time for this verb, opens later."""

    code = "learning.not_open_yet"
    message = "This is possible from {opens_at}."


class TooLate(Refused):
    """The time for this verb has passed."""

    code = "learning.too_late"
    message = "This was possible until {closed_at}."


class NotPresent(Refused):
    """Only who came may say that the other did not."""

    code = "learning.not_present"
    message = "Enter the room first: only someone who is there can report that the other side is missing."


class OtherPresent(Refused):
    """The other side has been in the room, so nobody missed the session."""

    code = "learning.other_present"
    message = "The other side has been in the room."


class StatusNotSettable(Refused):
    """An older client gave a status that no verb leads to."""

    code = "learning.status_not_settable"
    message = "A session cannot be set to {status}."


class SessionMoved(Conflict):
    """The session is not in a state in which this verb is possible."""

    code = "learning.session_moved"
    message = "The session is {status}; it cannot be {verb} now."


class SessionFull(Conflict):
    """No seat is free, or those that are go to who has waited for one."""

    code = "learning.session_full"
    message = "All {capacity} seats are taken or promised, and {waiting} are waiting."


class NotSeated(Conflict):
    """Who waits for a seat, or has left theirs, cannot enter."""

    code = "learning.not_seated"
    message = "You have no seat in this session: it is {status}."


class RequestExpired(Conflict):
    """The host answered after the request had lapsed."""

    code = "learning.request_expired"
    message = "This request expired at {expired_at}."


class SeatClosed(Conflict):
    """The seat's price is not there to be moved: free, paid, returned, or under review."""

    code = "learning.seat_closed"
    message = "What this seat costs cannot be moved now: it is {settlement}."


class NotPaidYet(Conflict):
    """The learner is still at the till, so there is nothing to agree to yet."""

    code = "learning.not_paid_yet"
    message = "The learner has until {pay_until} to pay. You are asked once that is done."


class NothingToPay(Conflict):
    """The caller's seat does not wait for money: it is free, paid for in credits, paid already, or no longer kept."""

    code = "learning.nothing_to_pay"
    message = "There is nothing to pay for this seat: it is {status}."


class CouponNotTaken(Refused):
    """Coupons are for what the community sells itself, lessons are sold by their hosts."""

    code = "learning.coupon_not_taken"
    message = "Coupons are not taken for lessons."


class StillHeld(Conflict):
    """A payment that the host has not got yet is returned by calling the lesson off, or by a dispute."""

    code = "learning.still_held"
    message = "This payment is still held for the lesson. Cancel the lesson to give it back."


class ProposalOpen(Conflict):
    """One proposal for a new time at once."""

    code = "learning.proposal_open"
    message = "A proposal for another time is waiting for an answer."


class NoProposal(Conflict):
    """Nothing to accept or decline, or it has lapsed."""

    code = "learning.no_proposal"
    message = "There is no open proposal for another time."


class OwnProposal(Forbidden):
    """The other side has to agree."""

    code = "learning.own_proposal"
    message = "The other side has to accept your proposal."
