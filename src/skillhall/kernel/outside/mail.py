"""Mail: an SMTP server when one is configured, else, in sandbox mode, the mail catcher's table (`kernel.mail`).

The same key always gives the same Message-ID, so that a receiving server can tell a repeated delivery. A message whose
text changes when it is made again (a code) needs a key that changes with it.
"""

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib
import msgspec
import structlog
from msgspec import Struct

from skillhall.kernel import ids
from skillhall.kernel.config import Config, ConfigError
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Executor
from skillhall.kernel.events import Task
from skillhall.kernel.refusals import Refused, Unavailable
from skillhall.kernel.work.outside import NO_HEADERS, Outside, Undeliverable

CATCH = sql("""
INSERT INTO kernel.mail (id, rcpt, subject, text, html, message_id) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (message_id) DO UPDATE SET rcpt = excluded.rcpt, subject = excluded.subject, text = excluded.text, html = excluded.html,
    recorded_at = now()
""")
TIMEOUT_SECONDS: Final = 20.0
PERMANENT: Final = 500
log = structlog.get_logger("skillhall.mail")
OURS: Final = frozenset({"from", "to", "cc", "bcc", "subject", "date", "message-id", "sender", "content-type", "mime-version"})


class SendMail(Task, frozen=True, kw_only=True):
    """Send one message. The text rests in the job's row: never a code, never a token."""

    name = "kernel.send_mail"

    to: str
    subject: str
    text: str
    html: str | None = None
    headers: dict[str, str] = msgspec.field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        """Refuse what no server should be given, while the command that asks for it can still be refused."""
        check_headers(self.to, self.subject, self.headers)


class MailNotValid(Refused):
    """An address, a subject or a header holds what would break out of its line, or names a header that is ours."""

    code = "mail.not_valid"
    message = "The mail's {header} is not valid."


class MailNotConfigured(Unavailable):
    """Production without `SKILLHALL_SMTP_URL`."""

    code = "mail.not_configured"
    message = "This community cannot send mail yet; its operator has to set a mail server."


class SmtpServer(Struct, frozen=True):
    """An SMTP server, from `smtp://`, `smtps://` (TLS from the start) or `smtp+starttls://` (TLS or nothing)."""

    host: str
    port: int
    username: str | None
    password: str | None
    use_tls: bool
    start_tls: bool | None

    @classmethod
    def of(cls, url: str) -> "SmtpServer":
        """Read the address, or raise `ConfigError`."""
        parts = urlsplit(url)
        ports = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
        if parts.scheme not in ports or not parts.hostname:
            raise ConfigError("SKILLHALL_SMTP_URL: write smtp://user:password@host:port, smtps://… or smtp+starttls://…")
        return cls(
            parts.hostname,
            parts.port or ports[parts.scheme],
            unquote(parts.username) if parts.username else None,
            unquote(parts.password) if parts.password else None,
            parts.scheme == "smtps",
            {"smtp": None, "smtps": False, "smtp+starttls": True}[parts.scheme],
        )


class Whole(EmailPolicy):
    """Writes list headers as they are: an encoded word is no address to the programs that read them (RFC 2369)."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return a header as it is sent."""
        return f"{name}: {value}{self.linesep}".encode() if name.casefold().startswith("list-") else super().fold_binary(name, value)


class Mailer:
    """Sends messages, each over a connection of its own."""

    def __init__(self, config: Config, executor: Executor, tls: ssl.SSLContext | None = None) -> None:
        """Decide where mail goes. `executor` reaches the catcher's table; `tls` replaces the system's trusted certificates."""
        self._from = config.mail_from
        self._sender = parseaddr(config.mail_from)[1]
        self._domain = self._sender.rpartition("@")[2] or "localhost"
        self._server = SmtpServer.of(config.smtp_url) if config.smtp_url else None
        self._catches = config.is_sandbox
        self._executor = executor
        self._tls = tls

    async def send(
        self, to: str, subject: str, text: str, *, key: str, html: str | None = None, headers: Mapping[str, str] = NO_HEADERS
    ) -> Undeliverable | None:
        """Send one message, or raise: the job is then tried again. The same `key` is the same Message-ID.

        What the server refuses for good (5xx to the address or to the message) is logged and told: trying again changes nothing.
        """
        check_headers(to, subject, headers)
        message_id = f"<{key}@{self._domain}>"
        if self._server is not None:
            return await self._smtp(self._server, to, self._message(to, subject, text, message_id, html, headers))
        if not self._catches:
            raise MailNotConfigured
        await self._executor.execute(CATCH, ids.new(), to, subject, text, html, message_id)
        return None

    def _message(self, to: str, subject: str, text: str, message_id: str, html: str | None, headers: Mapping[str, str]) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._from
        message["To"] = Address(addr_spec=to) if to.isascii() else to
        message["Subject"] = subject
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"
        for name, value in headers.items():
            message[name] = value
        message.set_content(text)
        if html is not None:
            message.add_alternative(html, subtype="html")
        return message

    async def _smtp(self, server: SmtpServer, to: str, message: EmailMessage) -> Undeliverable | None:
        try:
            await aiosmtplib.send(
                message.as_bytes(policy=Whole(linesep="\r\n", cte_type="7bit")) if f"{self._sender}{to}".isascii() else message,
                sender=self._sender,
                recipients=[to],
                hostname=server.host,
                port=server.port,
                username=server.username,
                password=server.password,
                use_tls=server.use_tls,
                start_tls=server.start_tls,
                tls_context=self._tls,
                timeout=TIMEOUT_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            (refused,) = error.recipients
            return _final(error, refused.code, refused.message, message, is_address=True)
        except aiosmtplib.SMTPDataError as error:
            return _final(error, error.code, error.message, message, is_address=False)
        return None


async def send_mail(task: SendMail, out: Outside) -> None:
    """Send what a command put aside; at least once. What is refused for good has been logged."""
    await out.mail.send(task.to, task.subject, task.text, key=str(out.delivery_id), html=task.html, headers=task.headers)


def check_headers(to: str, subject: str, headers: Mapping[str, str]) -> None:
    """Refuse more than one address, line breaks and control characters anywhere, and headers that are ours."""
    local, _, domain = to.rpartition("@")
    if not local or not domain or not _is_plain(to) or any(sign in to for sign in ' ,;<>()[]"'):
        raise MailNotValid(header="To")
    if not _is_plain(subject):
        raise MailNotValid(header="Subject")
    for name, value in headers.items():
        is_name = name.isascii() and name.replace("-", "").isalnum()
        if not is_name or name.casefold() in OURS or not _is_plain(value):
            raise MailNotValid(header=name if is_name else "headers")


def _is_plain(text: str) -> bool:
    return all(sign >= " " and sign not in "\x7f\x85\u2028\u2029" for sign in text)


def _final(error: Exception, code: int, text: str, message: EmailMessage, *, is_address: bool) -> Undeliverable:
    """Return the last word of the server, or raise what is not its last."""
    if code < PERMANENT:
        raise error
    log.warning("mail_undeliverable", message_id=message["Message-ID"], code=code, is_address=is_address)
    return Undeliverable(code=code, text=" ".join(text.split())[:200], is_address=is_address)
