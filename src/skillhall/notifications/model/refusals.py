"""Every "no" of the inbox, preferences and sending."""

from skillhall.kernel.refusals import Conflict, NotFound, Refused


class NoticeNotFound(NotFound):
    """The caller has no such notice."""

    code = "notifications.not_found"
    message = "You have no notification {notice_id}."


class AlwaysOn(Refused):
    """What concerns the security of the account cannot be turned off."""

    code = "notifications.always_on"
    message = "Notifications about the security of your account cannot be turned off: {names}."


class NumberMissing(Refused):
    """Text messages need a number to go to."""

    code = "notifications.number_missing"
    message = "Give the number that text messages go to: smsNumber."


class NumberUnproven(Refused):
    """A community that is live writes to no number of which nobody has shown that it is theirs."""

    code = "notifications.sms_unproven"
    message = "Text messages are not open yet: a number would have to be proven first, and this community cannot do that."


class NotSendable(Refused):
    """Types that tell of what happened in the hall are not for staff to send."""

    code = "notifications.not_sendable"
    message = "{type} tells of what has happened; send one of: {types}."


class BatchNotFound(NotFound):
    """There is no such batch."""

    code = "notifications.batch_not_found"
    message = "There is no batch {batch_id}."


class BatchEnded(Conflict):
    """The batch has been cancelled already, or everything of it was withdrawn."""

    code = "notifications.batch_ended"
    message = "This batch is {status}."
