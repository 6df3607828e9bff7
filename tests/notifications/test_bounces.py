"""Mail that comes back: refused at once, or reported later by another server."""

from email import policy
from email.parser import BytesParser
from typing import Any
from uuid import UUID

import pytest

from skillhall.identity.events import AddressVerified, LoginStarted
from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.notifications.commands.bounce import note_report
from skillhall.notifications.commands.deliver import settle
from skillhall.notifications.commands.digest import begin_digest, settle_digest
from skillhall.notifications.jobs import trust_again
from skillhall.notifications.model.bounce import LARGEST, NotABounce, read_report
from skillhall.notifications.model.delivery import SENT, SOFT_LIMIT, Outcome
from skillhall.notifications.store.addresses import address_hash, is_usable
from tests.notifications.sending import a_reader, begun, deliveries, sent, tasks, told
from tests.profiles.builders import in_turn

POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: hall@example.org
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Sat, 21 Nov 2026 10:00:00 +0000 (UTC)

Final-Recipient: rfc822; somebody.else@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 unknown

--b1
Content-Type: {kind}

From: Skillhall <hall@example.org>
Message-ID: <{key}@example.org>
Subject: Reminder

{rest}
--b1--
"""


def a_report(key: object, *, action: str = "failed", status: str = "5.1.1", kind: str = "message/rfc822", rest: str = "Hello") -> bytes:
    return POSTFIX.format(key=key, action=action, status=status, kind=kind, rest=rest).encode()


async def a_sent_mail(tx: Tx, who: Any) -> UUID:
    await told(tx, who, key=str(ids.new()))
    key = (await deliveries(tx, who))["email"]["id"]
    await sent(tx, key)
    return key


async def state(tx: Tx, who: Any, key: UUID) -> str:
    return await tx.value("SELECT state FROM notifications.delivery WHERE id = $1 AND account_id = $2", key, who.account_id)  # pyright: ignore[reportArgumentType] - of a test


def test_reports_are_read_whatever_part_of_the_mail_they_bring_back() -> None:
    key = ids.new()
    for kind in ("message/rfc822", "text/rfc822-headers"):
        report = read_report(a_report(key, kind=kind))
        assert (report.key, report.outcome, report.status) == (key, "hard", "5.1.1")
    assert read_report(a_report(key, status="5.2.2")).outcome == "soft"
    assert read_report(a_report(key, action="delayed", status="4.4.1")).outcome == "delayed"
    assert read_report(a_report(key, action="relayed", status="2.0.0")).outcome == "delivered"
    assert BytesParser(policy=policy.default).parsebytes(a_report(key)).get_content_type() == "multipart/report"


def test_what_is_no_report_is_refused() -> None:
    bounce = a_report(ids.new())
    not_reports = [
        b"",
        b"\xff\xfe\x00",
        b"Subject: I am on holiday\n\nUntil Monday.",
        a_report("no-key-of-ours"),
        a_report(ids.new(), action="guessed"),
        bounce.replace(b"Action: failed\n", b""),
        bounce.replace(b"message/delivery-status", b"text/plain"),
        b"x" * (LARGEST + 1),
    ]
    for raw in not_reports:
        with pytest.raises(NotABounce):
            read_report(raw)
    with pytest.raises(NotABounce) as foreign:
        read_report(a_report("no-key-of-ours"))
    assert foreign.value.params == {"problem": "it names a mail this community did not send"}
    with pytest.raises(NotABounce) as nameless:
        read_report(bounce.replace(b"Message-ID", b"X-Message"))
    assert "the Message-ID is missing" in nameless.value.sentence


async def test_a_hard_bounce_ends_mail_until_the_address_is_proven_again(tx: Tx) -> None:
    ada = await a_reader(tx)
    first = await a_sent_mail(tx, ada)
    report = read_report(a_report(first))
    assert await note_report(in_turn(tx), report) == 1
    assert await state(tx, ada, first) == "bounced"
    assert await note_report(in_turn(tx), report) == 0
    hashed = address_hash(tx.house.config.secret, ada.email.upper())
    assert await tx.value("SELECT count FROM notifications.address_state WHERE hash = $1", hashed) == 1  # pyright: ignore[reportArgumentType]
    await told(tx, ada, key="2")
    (second,) = tasks(tx)
    assert await begun(tx, second) is None
    row = (await deliveries(tx, ada))["email"]
    assert (row["state"], row["reason"]) == ("suppressed", "address_bounced")
    await trust_again(LoginStarted(account_id=ada.account_id, login_id=ids.new(), method="password"), tx)
    assert not await is_usable(tx, hashed)
    await trust_again(LoginStarted(account_id=ada.account_id, login_id=ids.new(), method="code"), tx)
    assert await state(tx, ada, await a_sent_mail(tx, ada)) == "sent"
    await trust_again(AddressVerified(account_id=ada.account_id), tx)


async def test_a_server_that_refuses_at_once_is_the_same(tx: Tx) -> None:
    ada = await a_reader(tx)
    await told(tx, ada)
    key = (await deliveries(tx, ada))["email"]["id"]
    refused = Outcome(is_sent=False, reason="550 5.1.1 gone", is_bounce=True, is_hard=True)
    await sent(tx, key, refused)
    assert await state(tx, ada, key) == "bounced"
    assert not await is_usable(tx, address_hash(tx.house.config.secret, ada.email))
    await settle(in_turn(tx), key, SENT)
    assert await state(tx, ada, key) == "bounced"


async def test_a_full_mailbox_is_left_alone_only_when_it_stays_full(tx: Tx) -> None:
    ada = await a_reader(tx)
    hashed = address_hash(tx.house.config.secret, ada.email)
    for number in range(SOFT_LIMIT):
        assert await is_usable(tx, hashed), number
        key = await a_sent_mail(tx, ada)
        await note_report(in_turn(tx), read_report(a_report(key, status="5.2.2")))
    assert not await is_usable(tx, hashed)


async def test_only_a_mail_of_ours_bounces_and_only_to_whom_it_went(tx: Tx) -> None:
    ada = await a_reader(tx)
    with pytest.raises(NotABounce):
        await note_report(in_turn(tx), read_report(a_report(ids.new())))
    await told(tx, ada)
    waiting = (await deliveries(tx, ada))["email"]["id"]
    with pytest.raises(NotABounce):  # it has not left
        await note_report(in_turn(tx), read_report(a_report(waiting)))
    await sent(tx, waiting)
    assert await note_report(in_turn(tx), read_report(a_report(waiting, action="delayed", status="4.4.1"))) == 0
    assert await note_report(in_turn(tx), read_report(a_report(waiting, action="delivered", status="2.0.0"))) == 1
    assert await state(tx, ada, waiting) == "delivered"
    await note_report(in_turn(tx), read_report(a_report(waiting)))
    assert await is_usable(tx, address_hash(tx.house.config.secret, "somebody.else@example.org"))


async def test_a_digest_comes_back_whole(tx: Tx) -> None:
    ada = await a_reader(tx, email_frequency="daily")
    for number in range(2):
        await told(tx, ada, "hall.announcement", key=str(number))
    digest_id = await tx.value("SELECT id FROM notifications.digest WHERE account_id = $1", ada.account_id)  # pyright: ignore[reportArgumentType]
    assert await begin_digest(in_turn(tx), digest_id) is not None
    await settle_digest(in_turn(tx), digest_id, SENT)
    assert await note_report(in_turn(tx), read_report(a_report(digest_id))) == 2
    assert await tx.value("SELECT state FROM notifications.digest WHERE id = $1", digest_id) == "bounced"  # pyright: ignore[reportArgumentType]
    assert not await is_usable(tx, address_hash(tx.house.config.secret, ada.email))
    await told(tx, ada, "hall.announcement", key="3")
    later = await tx.value("SELECT id FROM notifications.digest WHERE account_id = $1 AND state = 'waiting'", ada.account_id)  # pyright: ignore[reportArgumentType]
    assert await begin_digest(in_turn(tx), later) is None
    assert await tx.value("SELECT state FROM notifications.digest WHERE id = $1", later) == "empty"  # pyright: ignore[reportArgumentType]


async def test_a_digest_refused_at_once(tx: Tx) -> None:
    ada = await a_reader(tx, email_frequency="daily")
    await told(tx, ada, "hall.announcement")
    digest_id = await tx.value("SELECT id FROM notifications.digest WHERE account_id = $1", ada.account_id)  # pyright: ignore[reportArgumentType]
    await begin_digest(in_turn(tx), digest_id)
    await settle_digest(in_turn(tx), digest_id, Outcome(is_sent=False, reason="550", is_bounce=True, is_hard=True))
    assert (await deliveries(tx, ada))["email"]["state"] == "bounced"
    assert not await is_usable(tx, address_hash(tx.house.config.secret, ada.email))
