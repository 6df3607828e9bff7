"""What profiles say no to."""

from skillhall.kernel.refusals import Conflict, Forbidden, NotFound, Refused


class ProfileNotFound(NotFound):
    """There is no such profile, it is deleted or hidden, or its owner and the caller have nothing to do with each other."""

    code = "profiles.not_found"
    message = "There is no profile {profile_id}."


class UsernameNotFound(NotFound):
    """No profile that the caller may see has this username."""

    code = "profiles.username_not_found"
    message = "Nobody is called {username}."


class PersonNotFound(NotFound):
    """There is no such member, or none the caller may see."""

    code = "profiles.person_not_found"
    message = "There is no member {account_id}."


class WorkerNotFound(NotFound):
    """There is no such member, none the caller may see, or one who does not offer work."""

    code = "profiles.worker_not_found"
    message = "There is no worker {account_id}."


class NotYourProfile(Forbidden):
    """The profile belongs to another account."""

    code = "profiles.not_yours"
    message = "This profile belongs to somebody else."


class UsernameTaken(Conflict):
    """Another profile has this username, in whatever case."""

    code = "profiles.username_taken"
    message = "The username {username} is taken."


class UsernameReserved(Refused):
    """The username would pass for a page or for the staff of this hall."""

    code = "profiles.username_reserved"
    message = "The username {username} is reserved."


class LastProfile(Refused):
    """An account always has a profile."""

    code = "profiles.last_profile"
    message = "This is your last profile; an account always has one."


class TooManyProfiles(Refused):
    """The account has as many profiles as the operator allows."""

    code = "profiles.too_many"
    message = "An account may have {allowed} profiles."


class PictureNotFound(NotFound):
    """There is no such picture any more, or its profile is hidden."""

    code = "profiles.picture_not_found"
    message = "There is no such picture."


class VerificationNotFound(NotFound):
    """There is no such request."""

    code = "profiles.verification_not_found"
    message = "There is no such verification request."


class VerificationOpen(Conflict):
    """One request at a time."""

    code = "profiles.verification_open"
    message = "A request for this profile is waiting to be decided."


class AlreadyVerified(Conflict):
    """Nothing is left to ask for."""

    code = "profiles.already_verified"
    message = "This profile is verified."


class VerificationClosed(Conflict):
    """It was decided or withdrawn meanwhile."""

    code = "profiles.verification_closed"
    message = "This request is {status} already."


class NameChanged(Conflict):
    """The documents were sent for another name."""

    code = "profiles.name_changed"
    message = "The profile is called otherwise now than in this request; reject it."


class OwnVerification(Forbidden):
    """Staff does not decide about itself."""

    code = "profiles.own_verification"
    message = "Somebody else has to decide about your own profile."
