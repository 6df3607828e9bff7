"""Mail to a real SMTP server on TCP, and to the catcher's table."""

from collections.abc import Generator
from email import message_from_bytes, policy
from email.message import EmailMessage

import aiosmtplib
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from skillhall.kernel import ids
from skillhall.kernel.config import Config, ConfigError
from skillhall.kernel.outside.mail import Mailer, MailNotConfigured, MailNotValid, SendMail, SmtpServer
from skillhall.kernel.work.outside import Undeliverable
from tests.kernel.conftest import KernelHall
from tests.support.services import free_port

SANDBOX = Config(mode="sandbox")


class Box:
    """Keeps what the server was given; refuses the mailbox that is full."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.receivers: list[list[str]] = []

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        if address.startswith("full@"):
            return "452 the mailbox is full"
        if address.startswith("gone@"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if envelope.rcpt_tos[0].startswith("strict@"):
            return "554 5.7.1 looks like spam"
        self.mails.append(message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default))  # pyright: ignore[reportArgumentType]
        self.receivers.append(list(envelope.rcpt_tos))
        return "250 OK"


def authenticate(_server: object, _session: object, _envelope: object, _kind: object, data: object) -> AuthResult:
    is_right = getattr(data, "login", b"") == b"hall" and getattr(data, "password", b"") == b"p@ss word"
    return AuthResult(success=is_right, handled=False)


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def smtp(box: Box) -> Generator[Controller]:
    server = Controller(box, hostname="127.0.0.1", port=free_port(), authenticator=authenticate, auth_require_tls=False)
    server.start()
    yield server
    server.stop()


def mailer(kernel: KernelHall, **settings: object) -> Mailer:
    return Mailer(Config(**{"mode": "sandbox", "mail_from": "Skillhall <hall@example.org>", **settings}), kernel.pool)  # pyright: ignore[reportArgumentType]


async def test_a_message_arrives_whole(kernel: KernelHall, smtp: Controller, box: Box) -> None:
    sender = mailer(kernel, smtp_url=f"smtp://127.0.0.1:{smtp.port}")
    key = str(ids.new())
    await sender.send(
        "ada@example.org",
        "Grüße ✓",
        "Line one\n.\nLine three ü",
        key=key,
        html="<p>ü</p>",
        headers={"List-Unsubscribe": "<https://example.org/u>"},
    )
    (mail,) = box.mails
    assert box.receivers == [["ada@example.org"]]
    assert (mail["From"], mail["To"], mail["Subject"]) == ("Skillhall <hall@example.org>", "ada@example.org", "Grüße ✓")
    assert mail["Message-ID"] == f"<{key}@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == "<https://example.org/u>"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == "Line one\n.\nLine three ü\n"
    assert html.get_content().strip() == "<p>ü</p>"
    assert await kernel.pool.fetchval("SELECT count(*) FROM kernel.mail") == 0


async def test_the_same_key_is_the_same_message_id(kernel: KernelHall, smtp: Controller, box: Box) -> None:
    sender = mailer(kernel, smtp_url=f"smtp://127.0.0.1:{smtp.port}")
    for key in ("one", "one", "two"):
        await sender.send("ada@example.org", "S", "T", key=key)
    assert [mail["Message-ID"] for mail in box.mails] == ["<one@example.org>", "<one@example.org>", "<two@example.org>"]


async def test_the_password_of_the_address_is_used(kernel: KernelHall, smtp: Controller, box: Box) -> None:
    await mailer(kernel, smtp_url=f"smtp://hall:p%40ss%20word@127.0.0.1:{smtp.port}").send("a@b.org", "S", "T", key="1")
    assert len(box.mails) == 1
    with pytest.raises(aiosmtplib.SMTPAuthenticationError):
        await mailer(kernel, smtp_url=f"smtp://hall:wrong@127.0.0.1:{smtp.port}").send("a@b.org", "S", "T", key="1")
    with pytest.raises(aiosmtplib.SMTPException):  # this server speaks no TLS, and smtp+starttls takes nothing less
        await mailer(kernel, smtp_url=f"smtp+starttls://127.0.0.1:{smtp.port}").send("a@b.org", "S", "T", key="1")
    assert len(box.mails) == 1


async def test_what_the_server_refuses_fails_so_that_the_job_is_tried_again(kernel: KernelHall, smtp: Controller, box: Box) -> None:
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
        await mailer(kernel, smtp_url=f"smtp://127.0.0.1:{smtp.port}").send("full@example.org", "S", "T", key="1")
    with pytest.raises((aiosmtplib.SMTPException, OSError)):
        await mailer(kernel, smtp_url="smtp://127.0.0.1:1").send("a@b.org", "S", "T", key="1")
    assert box.mails == []


async def test_the_last_word_of_a_server_is_told_and_nothing_is_tried_again(kernel: KernelHall, smtp: Controller, box: Box) -> None:
    sender = mailer(kernel, smtp_url=f"smtp://127.0.0.1:{smtp.port}")
    assert await sender.send("gone@example.org", "S", "T", key="1") == Undeliverable(
        code=550, text="5.1.1 no such mailbox", is_address=True
    )
    spam = await sender.send("strict@example.org", "S", "T", key="2")
    assert spam is not None
    assert (spam.code, spam.is_address) == (554, False)
    assert await sender.send("ada@example.org", "S", "T", key="3") is None
    assert len(box.mails) == 1


async def test_without_a_server_the_sandbox_catches_and_a_repeated_key_replaces(kernel: KernelHall) -> None:
    sender = mailer(kernel)
    await sender.send("ada@example.org", "S", "first", key="1")
    await sender.send("ada@example.org", "S", "second", key="1")
    await sender.send("bob@example.org", "S", "third", key="2", html="<p>")
    rows = await kernel.pool.fetch("SELECT rcpt, text, html FROM kernel.mail ORDER BY rcpt")
    assert [tuple(row) for row in rows] == [("ada@example.org", "second", None), ("bob@example.org", "third", "<p>")]


async def test_production_without_a_server_sends_nothing(kernel: KernelHall) -> None:
    with pytest.raises(MailNotConfigured):
        await mailer(kernel, mode="production").send("a@b.org", "S", "T", key="1")
    assert await kernel.pool.fetchval("SELECT count(*) FROM kernel.mail") == 0


@pytest.mark.parametrize(
    "to", ["", "ada", "a@b.org\nBcc: x@y.org", "a@b.org, x@y.org", "A <a@b.org>", "a@b.org\r", "a b@c.org", "@b.org", "a@"]
)
async def test_a_bad_address_is_refused_in_the_command_and_by_the_mailer(kernel: KernelHall, to: str) -> None:
    with pytest.raises(MailNotValid):
        SendMail(to=to, subject="S", text="T")
    with pytest.raises(MailNotValid):
        await mailer(kernel).send(to, "S", "T", key="1")
    assert await kernel.pool.fetchval("SELECT count(*) FROM kernel.mail") == 0


@pytest.mark.parametrize(
    ("subject", "headers"),
    [
        ("Hello\nBcc: x@y.org", {}),
        ("Hello\u2028there", {}),
        ("S", {"X-A": "1\r\nBcc: x@y.org"}),
        ("S", {"X-A: 1\nBcc": "x@y.org"}),
        ("S", {"Bcc": "x@y.org"}),
        ("S", {"From": "x@y.org"}),
        ("S", {"": "x"}),
    ],
)
def test_no_header_can_be_smuggled_in(subject: str, headers: dict[str, str]) -> None:
    with pytest.raises(MailNotValid):
        SendMail(to="a@b.org", subject=subject, text="T", headers=headers)


def test_emoji_and_wide_spaces_are_fine() -> None:
    assert SendMail(to="a@b.org", subject="👨‍👩‍👧 1 000", text="T").headers == {}


def test_addresses_of_servers() -> None:
    assert SmtpServer.of("smtps://u:p@mail.example.org") == SmtpServer("mail.example.org", 465, "u", "p", True, False)  # noqa: FBT003
    assert SmtpServer.of("smtp+starttls://mail.example.org:2525").start_tls is True
    for bad in ("mail.example.org", "http://mail.example.org", "smtp://"):
        with pytest.raises(ConfigError):
            SmtpServer.of(bad)
