"""Every "no" of messaging's core."""

from skillhall.kernel.refusals import Conflict, Forbidden, NotFound, Refused


class ConversationNotFound(NotFound):
    """There is no such conversation, or the caller takes no part in it."""

    code = "messaging.conversation_not_found"
    message = "There is no conversation {conversation_id}."


class MessageNotFound(NotFound):
    """There is no such message where the caller takes part, or none they may see."""

    code = "messaging.message_not_found"
    message = "There is no message {message_id}."


class OneselfMeant(Refused):
    """Nobody opens a conversation with a profile of their own account."""

    code = "messaging.oneself"
    message = "This profile is your own."


class VerifyFirst(Forbidden):
    """Writing to somebody one is not connected with needs a proven e-mail address."""

    code = "messaging.verify_first"
    message = "Confirm your e-mail address before you write to somebody you are not connected with."


class ReadOnly(Refused):
    """Staff looks into the conversation; until then nothing is written in it."""

    code = "messaging.read_only"
    message = "This conversation is under review; nothing can be written in it now."


class HasLeft(Refused):
    """Who has left a conversation reads what was said until then, and nothing else."""

    code = "messaging.has_left"
    message = "You have left this conversation."


class OtherContent(Conflict):
    """The client id names another message of the conversation: a resend must say the same again."""

    code = "messaging.other_content"
    message = "The client id {client_id} belongs to another message of this conversation."


class SenderOnly(Forbidden):
    """Only who has sent a message edits or deletes it."""

    code = "messaging.sender_only"
    message = "Only its sender changes a message."


class TooLateToEdit(Refused):
    """A message is edited for so many hours only; it can still be deleted."""

    code = "messaging.too_late_to_edit"
    message = "A message can be edited within {hours} hours."


class TooManyEdits(Refused):
    """Every version of a message is kept, so it is edited so many times only; it can still be deleted."""

    code = "messaging.too_many_edits"
    message = "A message can be edited {most} times."


class MessageDeleted(Refused):
    """A deleted message is neither edited, nor answered, nor reacted to."""

    code = "messaging.deleted"
    message = "This message is deleted."


class OwnerOnly(Forbidden):
    """Only the owner of a group changes it for everybody."""

    code = "messaging.owner_only"
    message = "Only the owner of this group may do that."


class GroupOnly(Refused):
    """Only a group has people who come and go, a title of its own, and an end for everybody."""

    code = "messaging.group_only"
    message = "This can be done in a group only."


class TooManyPeople(Refused):
    """A group holds so many people only."""

    code = "messaging.too_many_people"
    message = "A group has at most {most} people."


class SubjectUnknown(Refused):
    """A message is about something only when the hall has spoken of it in the conversation."""

    code = "messaging.subject_unknown"
    message = "This conversation is not about {kind} {id}."
