"""Every "no" of this context."""

from skillhall.kernel.refusals import Conflict, Forbidden, NotFound, Refused

# Projects


class ProjectNotFound(NotFound):
    """No such project, or none that the caller may see."""

    code = "gigs.project_not_found"
    message = "This project does not exist or is not shown to you."


class NotYourProject(Forbidden):
    """Only its owner may do this."""

    code = "gigs.not_your_project"
    message = "Only the owner of this project may do this."


class WorkerOnly(Forbidden):
    """Only who works on the project may do this."""

    code = "gigs.worker_only"
    message = "Only the worker of this project may do this."


class ProjectMoved(Conflict):
    """The project is not in a state in which this verb is possible."""

    code = "gigs.project_moved"
    message = "The project is {status}; it cannot be {verb} now."


class StatusNotSettable(Refused):
    """An older client gave a status that no verb leads to."""

    code = "gigs.status_not_settable"
    message = "A project cannot be set to {status}."


class TermsFixed(Refused):
    """What people have bid on cannot change under them."""

    code = "gigs.terms_fixed"
    message = "There are bids on this project, so its pricing and currency stay."


class ProjectHasBids(Refused):
    """A project that people have bid on is cancelled, not taken back to draft."""

    code = "gigs.project_has_bids"
    message = "There are bids on this project: pause or cancel it instead."


class WorkUnderWay(Refused):
    """A project that somebody works on is not deleted or called off from here."""

    code = "gigs.work_under_way"
    message = "Somebody works on this project: cancel its agreement first."


class CategoryUnknown(Refused):
    """The category is not in the catalogue."""

    code = "gigs.category_unknown"
    message = "There is no category {category}."


class SkillUnknown(Refused):
    """A skill is not in the catalogue, or hidden."""

    code = "gigs.skill_unknown"
    message = "These skills are not in the catalogue: {skills}."


class FileNotFound(NotFound):
    """The project has no such file."""

    code = "gigs.file_not_found"
    message = "This project has no such file."


class TooManyFiles(Refused):
    """A project holds so many files."""

    code = "gigs.too_many_files"
    message = "A project holds at most {most} files."


class NotOfProject(Forbidden):
    """Only owner and worker may do this."""

    code = "gigs.not_of_project"
    message = "Only the owner and the worker of this project may do this."


class ClientNotFound(NotFound):
    """No such member, or none that the caller may see."""

    code = "gigs.client_not_found"
    message = "This member does not exist or is not shown to you."


class CommentNotFound(NotFound):
    """No such comment, or a deleted one."""

    code = "gigs.comment_not_found"
    message = "This comment does not exist any more."


class NotYourComment(Forbidden):
    """Only its author may change a comment."""

    code = "gigs.not_your_comment"
    message = "Only its author may change this comment."


# Bids


class BidNotFound(NotFound):
    """No such bid, or neither the caller's nor on a project of theirs."""

    code = "gigs.bid_not_found"
    message = "This bid does not exist or is not shown to you."


class NotYourBid(Forbidden):
    """Only who placed it may do this."""

    code = "gigs.not_your_bid"
    message = "Only who placed this bid may do this."


class OwnProject(Refused):
    """Nobody bids on their own project."""

    code = "gigs.own_project"
    message = "You cannot bid on your own project."


class BidPlaced(Conflict):
    """One bid per person and project."""

    code = "gigs.bid_placed"
    message = "You have a bid on this project already: it is {status}."


class BidMoved(Conflict):
    """The bid is not in a state in which this verb is possible."""

    code = "gigs.bid_moved"
    message = "The bid is {status}; it cannot be {verb} now."


class BidStatusNotSettable(Refused):
    """An older client gave a status that no verb of an owner leads to."""

    code = "gigs.bid_status_not_settable"
    message = "A bid cannot be set to {status}."


class OtherCurrency(Refused):
    """A price in another currency than the project's."""

    code = "gigs.other_currency"
    message = "Prices of this project are in {currency}."


# Invites and direct offers


class InviteNotFound(NotFound):
    """No such invite, or neither from nor to the caller."""

    code = "gigs.invite_not_found"
    message = "This invite does not exist or is not yours."


class InviteMoved(Conflict):
    """The invite was answered, taken back, or has lapsed."""

    code = "gigs.invite_moved"
    message = "The invite is {status}; it cannot be {verb} now."


class AlreadyInvited(Conflict):
    """One open invite per person and project."""

    code = "gigs.already_invited"
    message = "This person is invited to this project already."


class InvitedUnknown(Refused):
    """Nobody whom the owner may see has this id."""

    code = "gigs.invited_unknown"
    message = "There is no such member."


class EmailUnverified(Refused):
    """Strangers are only written to by people with a proven address."""

    code = "gigs.email_unverified"
    message = "Confirm your own e-mail address before you invite people by theirs."


class InvitedOnly(Forbidden):
    """Only the invited may answer."""

    code = "gigs.invited_only"
    message = "Only the invited may answer this invite."


class InviteStatusNotSettable(Refused):
    """An older client gave a status that no answer leads to."""

    code = "gigs.invite_status_not_settable"
    message = "An invite cannot be set to {status}."


class TooManyInvites(Refused):
    """So many open invites per project."""

    code = "gigs.too_many_invites"
    message = "A project has at most {most} open invites."
