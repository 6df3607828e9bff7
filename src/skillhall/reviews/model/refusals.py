"""Every "no" of this context."""

from skillhall.kernel.refusals import Conflict, Forbidden, NotFound, Refused


class ReviewNotFound(NotFound):
    """No such review, or none the caller may read yet."""

    code = "reviews.not_found"
    message = "This review does not exist, or you may not read it yet."


class EndorsementNotFound(NotFound):
    """No such endorsement, or it is somebody else's."""

    code = "reviews.endorsement_not_found"
    message = "This endorsement does not exist or is not yours."


class NotFinished(Refused):
    """Only what is completed is reviewed, and only by who took part."""

    code = "reviews.not_finished"
    message = "You can review a session, booking or project in which you took part, once it is completed."


class NothingShared(Refused):
    """The two have finished nothing together that could still be spoken about."""

    code = "reviews.nothing_shared"
    message = "You and this person have completed nothing together that you have not reviewed."


class NeverMet(Refused):
    """Only who has learned or worked with a person may vouch for them."""

    code = "reviews.never_met"
    message = "You can endorse people with whom you have completed a session or a project."


class SelfReview(Refused):
    """Nobody reviews or endorses themselves."""

    code = "reviews.self_review"
    message = "You cannot review or endorse yourself."


class RevieweeUnnamed(Refused):
    """The host of a group says which learner is meant."""

    code = "reviews.reviewee_unnamed"
    message = "{count} people took part besides you. Name the one you mean."


class AlreadyReviewed(Conflict):
    """One review per side."""

    code = "reviews.already_reviewed"
    message = "You have reviewed this already: {review_id}."


class AlreadyWithdrawn(Conflict):
    """What was taken back stays so."""

    code = "reviews.already_withdrawn"
    message = "You have withdrawn this review."


class AuthorOnly(Forbidden):
    """Who wrote it changes it."""

    code = "reviews.author_only"
    message = "Only its author may do this."


class RatingIsFixed(Conflict):
    """Both sides can read each other: the stars stay."""

    code = "reviews.rating_is_fixed"
    message = "This review is public, so its rating can no longer be changed."


class EditClosed(Conflict):
    """The time for changing the words is over."""

    code = "reviews.edit_closed"
    message = "This review could be changed until {closed_at}."


class AlreadyAnswered(Conflict):
    """One reply."""

    code = "reviews.already_answered"
    message = "You have replied to this review already."


class AlreadyEndorsed(Conflict):
    """One endorsement per person and skill."""

    code = "reviews.already_endorsed"
    message = "You have endorsed this skill of this person already: {endorsement_id}."
