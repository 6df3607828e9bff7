"""A notice by mail: in HTML and text, escaped, with one click to end it, over a real SMTP server."""

from collections.abc import Generator
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import msgspec
import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.config import Config
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.outside.mail import Mailer
from skillhall.notifications.commands.deliver import settle
from skillhall.notifications.model.compose import notice_mail
from skillhall.notifications.model.letter import Frame, Item, letter
from skillhall.notifications.model.notice import NoticeRow
from skillhall.notifications.outside.mail import post
from skillhall.notifications.store.addresses import forgive
from skillhall.notifications.store.notices import find_notices
from tests.notifications.sending import a_reader, begun, deliveries, told
from tests.profiles.builders import in_turn
from tests.support.hall import CONFIG
from tests.support.mail_server import MailServer, mail_server

EVIL = {"title": 'Hi <script>alert(1)</script> & "you"', "text": "<img src=x onerror=alert(1)>\n\nSecond paragraph\nand line."}


@pytest.fixture
def box() -> Generator[MailServer]:
    with mail_server() as found:
        yield found


def a_mailer(box: MailServer) -> Mailer:
    executor: Any = None
    return Mailer(Config(mode="sandbox", smtp_url=box.url, mail_from="Skillhall <hall@example.org>"), executor)


async def attempted(tx: Tx, mailer: Mailer, key: UUID) -> tuple[str, str | None]:
    """Make one attempt; return state and reason after it."""
    parcel = await begun(tx, key)
    assert parcel is not None
    assert parcel.mail is not None
    await settle(in_turn(tx), key, await post(mailer, parcel.address, parcel.mail, str(parcel.key)))
    row: Any = await tx.row("SELECT state, reason FROM notifications.delivery WHERE id = $1", key)  # pyright: ignore[reportArgumentType] - of a test
    return row["state"], row["reason"]


async def mailed(tx: Tx, who: Actor, code: str = "hall.reminder", **fields: Any) -> UUID:
    await told(tx, who, code, key=str(ids.new()), **fields)
    return (await deliveries(tx, who))["email"]["id"]


class Tags(HTMLParser):
    """Collects tags, links and open elements."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


async def test_a_mail_arrives_in_html_and_text_and_one_click_ends_its_kind(tx: Tx, box: MailServer) -> None:
    ada = await a_reader(tx)
    key = await mailed(tx, ada, facts=EVIL)
    assert await attempted(tx, a_mailer(box), key) == ("sent", None)
    (mail,) = box.of(ada.email)
    assert (mail["Message-ID"], mail["Subject"]) == (f"<{key}@example.org>", 'Reminder: Hi <script>alert(1)</script> & "you"')
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<http://localhost:8000/api/v1/notifications/unsubscribe/")
    assert f"\r\nList-Unsubscribe: {mail['List-Unsubscribe']}\r\n".encode() in box.raws[0]  # whole: programs take no encoded word
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert rich is not None
    text, html = plain.get_content(), rich.get_content()
    assert "<img src=x onerror=alert(1)>" in text
    assert "http://localhost:8000/sessions/1" in text
    tags = Tags()
    tags.feed(html)
    assert tags.open == []
    assert "script" not in tags.seen
    assert tags.seen.count("img") == 1  # the pixel
    assert all(link.startswith("http://localhost:8000/") for link in tags.links)
    assert [part in html for part in ("/notifications/opened/", "/notifications/clicked/", "Second paragraph<br>and line.")] == [True] * 3


async def test_security_is_not_counted_and_cannot_be_ended(tx: Tx, box: MailServer) -> None:
    ada = await a_reader(tx)
    assert await attempted(tx, a_mailer(box), await mailed(tx, ada, "hall.security_alert")) == ("sent", None)
    (mail,) = box.of(ada.email)
    assert mail["List-Unsubscribe"] is None
    assert not any(word in mail.as_string() for word in ("/unsubscribe/", "/opened/", "/clicked/"))


async def test_what_a_server_says_decides_what_becomes_of_it(tx: Tx, box: MailServer) -> None:
    ada = await a_reader(tx)
    mailer = a_mailer(box)
    box.refusals[ada.email] = "452 4.2.2 the mailbox is full"
    key = await mailed(tx, ada)
    assert await attempted(tx, mailer, key) == ("pending", "SMTPRecipientsRefused")
    box.refusals.clear()
    box.last_words[ada.email] = "554 5.7.1 spam"
    assert await attempted(tx, mailer, await mailed(tx, ada)) == ("failed", "554 5.7.1 spam")
    box.last_words.clear()
    assert await attempted(tx, mailer, await mailed(tx, ada)) == ("sent", None)
    executor: Any = None
    silent = Mailer(Config(mode="production"), executor)
    assert await attempted(tx, silent, await mailed(tx, ada)) == ("pending", "mail.not_configured")
    box.refusals[ada.email] = "550 5.1.1 no such mailbox"
    assert await attempted(tx, mailer, await mailed(tx, ada)) == ("bounced", "550 5.1.1 no such mailbox")
    await forgive(tx, ada.account_id)
    gone = Mailer(Config(smtp_url="smtp://127.0.0.1:1"), executor)
    assert (await attempted(tx, gone, await mailed(tx, ada)))[0] == "pending"
    parcel = notice_mail(CONFIG, await a_row(tx, ada), ids.new(), "")
    assert (await post(mailer, "not an address", parcel, "k")).reason == "mail.not_valid"


async def a_row(tx: Tx, who: Actor) -> NoticeRow:
    (found,) = await find_notices(tx, [(await deliveries(tx, who))["email"]["notice_id"]])
    return found


async def test_it_speaks_the_language_of_its_reader(tx: Tx) -> None:
    ada = await a_reader(tx)
    await told(tx, ada)
    row = await a_row(tx, ada)
    rows = {language: msgspec.structs.replace(row, language=language) for language in ("en", "de", "hi")}
    said = {language: notice_mail(CONFIG, one, ids.new(), "Ada").letter for language, one in rows.items()}
    assert [f'<html lang="{language}">' in said[language].html for language in said] == [True] * 3
    assert len({one.text for one in said.values()}) == 3


def test_a_letter_without_links_has_none() -> None:
    frame = Frame(language="en", community="C & D", greeting="", why="Because.", preferences="P", preferences_link="https://x.org/p")
    made = letter("A\nsubject", [Item(title="T", text="Text")], frame)
    assert (made.subject, "href" in made.html.replace("https://x.org/p", "", 1).split("<p class")[1]) == ("A subject", False)
    assert "C &amp; D" in made.html
    assert "<img" not in made.html
    assert made.text == "Text\n\n-- \nC & D\nBecause.\n\nP: https://x.org/p\n"
