"""Every "no" of connections."""

from skillhall.kernel.refusals import Conflict, Forbidden, NotFound, Refused


class ConnectionNotFound(NotFound):
    """There is no such connection between the caller and anybody they may see."""

    code = "connections.not_found"
    message = "There is no connection {connection_id}."


class AlreadyConnected(Conflict):
    """The two profiles are connected."""

    code = "connections.already_connected"
    message = "You are already connected."


class OneselfMeant(Refused):
    """Nobody connects to or follows a profile of their own account."""

    code = "connections.oneself"
    message = "This profile is your own."


class ProfileNotShown(Refused):
    """The caller's own profile is hidden, so others could not see who asks or follows."""

    code = "connections.profile_not_shown"
    message = "Others cannot see your profile, so it cannot ask or follow."


class AddressNotVerified(Refused):
    """A text to a stranger needs a proven e-mail address; asking without words does not."""

    code = "connections.address_not_verified"
    message = "Confirm your e-mail address before you write to somebody; you may ask without a message."


class AskedTooSoon(Refused):
    """The same profile was rejected, or has withdrawn, not long ago."""

    code = "connections.asked_too_soon"
    message = "You may ask again from {ask_again_at} on."


class NotYoursToDecide(Forbidden):
    """The other side of the connection would have to do this."""

    code = "connections.not_yours_to_decide"
    message = "Only who was asked accepts or rejects, and only who asked withdraws."


class WrongState(Refused):
    """The connection has been decided otherwise."""

    code = "connections.wrong_state"
    message = "A connection that is {status} cannot be {verb}."


class BookmarkNotFound(NotFound):
    """The caller has no such bookmark."""

    code = "connections.bookmark_not_found"
    message = "You have no bookmark {bookmark_id}."


class SubjectNotFound(NotFound):
    """There is no such thing, or the caller may not see it."""

    code = "connections.subject_not_found"
    message = "There is no {kind} {subject_id}."
