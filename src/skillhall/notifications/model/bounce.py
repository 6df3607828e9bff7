"""Reports of other mail servers about a mail of ours (RFC 3464): which one, and what became of it. Pure."""

from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import Final, Literal, cast
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.refusals import Refused
from skillhall.notifications.model.delivery import is_hard

LARGEST: Final = 10 * 1024 * 1024
OTHERS: Final = "it names a mail this community did not send"


class NotABounce(Refused):
    """The text is no delivery status notification, or does not say about which mail."""

    code = "notifications.not_a_bounce"
    message = "This is no report about a mail of this community: {problem}."


class MailReport(Struct, frozen=True, kw_only=True):
    """What a server says of one mail. `key` is the delivery or the digest that it carried."""

    key: UUID
    outcome: Literal["hard", "soft", "delivered", "delayed"]
    status: str


def read_report(raw: bytes) -> MailReport:
    """Return what a report says, or refuse.

    A forged one reaches nobody else's address: only who has had the mail knows its Message-ID, and the address is looked up by it.
    """
    if len(raw) > LARGEST:
        raise NotABounce(problem="it is too large")
    report: EmailMessage = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)  # pyright: ignore[reportArgumentType] - as documented
    fields = _fields(report)
    if fields is None:
        raise NotABounce(problem="it holds no delivery status")
    action, status = _line(fields, "Action").lower(), _line(fields, "Status").split(" ", 1)[0]
    key = _key(_message_id(report))
    match action:
        case "failed":
            outcome = "hard" if is_hard(550, status) else "soft"
        case "delivered" | "relayed" | "expanded":
            outcome = "delivered"
        case "delayed":
            outcome = "delayed"
        case _:
            raise NotABounce(problem="it says nothing of what became of the mail")
    return MailReport(key=key, outcome=outcome, status=status[:20])


def _fields(report: EmailMessage) -> Message | None:
    """Return the fields about the first receiver; ours have one only."""
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            return next((block for block in _parts(part) if block.get("Action")), None)
    return None


def _key(message_id: str) -> UUID:
    """Return the key in the Message-ID of a mail of ours, or refuse."""
    if not message_id:
        raise NotABounce(problem="it does not say which mail: the Message-ID is missing, and an address alone is not enough")
    try:
        return UUID(message_id.partition("@")[0])
    except ValueError as error:
        raise NotABounce(problem=OTHERS) from error


def _message_id(report: EmailMessage) -> str:
    """Return the Message-ID of the mail the report brings back, whole or its head alone; empty where there is none."""
    for part in report.walk():
        text = ""
        if part.get_content_type() == "message/rfc822":
            text = next((str(inner.get("Message-ID", "")) for inner in _parts(part)), "")
        elif part.get_content_type() == "text/rfc822-headers":
            head = part.get_payload(decode=True)
            text = str(message_from_bytes(head).get("Message-ID", "")) if isinstance(head, bytes) else ""
        if found := text.strip().strip("<>"):
            return found
    return ""


def _parts(of: Message) -> list[Message]:
    """Return the messages inside of a part."""
    return cast("list[Message]", of.get_payload()) if of.is_multipart() else []


def _line(fields: Message, name: str) -> str:
    return " ".join(str(fields.get(name, "")).split())
