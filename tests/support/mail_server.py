"""An SMTP server over TCP: keeps what it takes, and refuses whom it is told to."""

from collections.abc import Generator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.services import free_port


class MailServer:
    """`refusals` by address: what it answers to RCPT instead of 250; `last_words` to DATA."""

    def __init__(self) -> None:
        self.url = ""
        self.mails: list[EmailMessage] = []
        self.raws: list[bytes] = []
        self.refusals: dict[str, str] = {}
        self.last_words: dict[str, str] = {}
        self.calls = 0

    def of(self, address: str) -> list[EmailMessage]:
        """Return what has come for somebody."""
        return [mail for mail in self.mails if mail["To"] == address]

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        self.calls += 1
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if envelope.rcpt_tos[0] in self.last_words:
            return self.last_words[envelope.rcpt_tos[0]]
        self.raws.append(envelope.original_content or b"")
        self.mails.append(message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default))  # pyright: ignore[reportArgumentType]
        return "250 OK"


@contextmanager
def mail_server() -> Generator[MailServer]:
    """Serve on a free port of this machine, in a thread of its own."""
    box = MailServer()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    box.url = f"smtp://127.0.0.1:{server.port}"
    try:
        yield box
    finally:
        server.stop()
