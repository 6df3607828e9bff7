"""What is planned for each channel, looked at again before it leaves, tried three times, and counted when somebody opens it."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import STRANGER
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.notifications.commands.deliver import begin, settle
from skillhall.notifications.commands.read import delete_all, mark_read
from skillhall.notifications.commands.track import note_clicked, note_opened
from skillhall.notifications.jobs import retry_sends
from skillhall.notifications.model.delivery import PAUSES, SENT, UNHEARD, LinkNotValid, Outcome, is_hard, link_token, read_token, verdict
from skillhall.notifications.queries.deliveries import deliveries_of, figures, own
from skillhall.notifications.queries.proofs import CHECKS
from skillhall.notifications.store.deliveries import forget
from tests.notifications.sending import NUMBER, a_reader, begun, chosen, deliveries, sent, subscribed, switch, tasks, told
from tests.profiles.builders import SUSPEND, in_turn

FAILED = Outcome(is_sent=False, reason="busy")
NOTICE = sql("SELECT id, opened_at, clicked_at, read_at FROM notifications.notice WHERE account_id = $1 ORDER BY sequence DESC LIMIT 1")
UNPROVEN = sql("UPDATE identity.account SET state = 'pending_verification', email_verified = false WHERE id = $1")
MIDNIGHT = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)


async def test_each_channel_gets_its_own_row_and_task(tx: Tx) -> None:
    ada = await a_reader(tx, sms_number=NUMBER)
    await told(tx, ada)
    assert set(await deliveries(tx, ada)) == {"email"}  # no browser has subscribed, and a text message is not the default
    await subscribed(tx, ada)
    await told(tx, ada)
    rows = await deliveries(tx, ada)
    assert {channel: row["state"] for channel, row in rows.items()} == {"email": "pending", "push": "pending"}
    assert set(tasks(tx)) == {row["id"] for row in rows.values()} - {None}
    mail = await sent(tx, rows["email"]["id"])
    assert (mail.key, mail.address) == (rows["email"]["id"], ada.email)
    push = await sent(tx, rows["push"]["id"])
    assert push.push is not None
    assert b"Bring your cello" in push.push.payload
    assert {row["state"] for row in (await deliveries(tx, ada)).values()} == {"sent"}
    assert await begun(tx, rows["email"]["id"]) is None


async def test_quiet_hours_hold_what_rings_and_are_looked_at_again(tx: Tx) -> None:
    ada = await a_reader(tx, is_quiet_on=True)
    await subscribed(tx, ada)
    tx.now = MIDNIGHT
    await told(tx, ada)
    rows = await deliveries(tx, ada)
    assert {row["due_at"] for row in rows.values()} == {datetime(2026, 11, 25, 8, tzinfo=UTC)}
    assert {queued.at for queued in tx.queued} == {datetime(2026, 11, 25, 8, tzinfo=UTC)}
    await chosen(tx, ada, is_quiet_on=True, quiet_until=time(9))
    tx.now = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    tx.queued.clear()
    assert await begun(tx, rows["push"]["id"]) is None
    assert (tasks(tx), [queued.at for queued in tx.queued]) == ([rows["push"]["id"]], [datetime(2026, 11, 25, 9, tzinfo=UTC)])
    tx.now = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    assert await begun(tx, rows["email"]["id"]) is not None
    await settle(in_turn(tx), rows["email"]["id"], FAILED)
    tx.now, tx.wall = datetime(2026, 11, 26, 8, 30, tzinfo=UTC), tx.wall + PAUSES[0]
    assert await begun(tx, rows["email"]["id"]) is None  # it is night again
    tx.queued.clear()
    await retry_sends(tx)
    assert tasks(tx) == []
    tx.now = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    assert await begun(tx, rows["push"]["id"]) is not None
    await told(tx, ada, "hall.security_alert")
    assert (await deliveries(tx, ada))["push"]["due_at"] <= tx.now


async def test_an_address_that_nobody_has_proven_gets_what_concerns_the_account_alone(tx: Tx) -> None:
    ada = await a_reader(tx)
    await tx.run(UNPROVEN, ada.account_id)
    await told(tx, ada, "hall.announcement")
    assert await begun(tx, (await deliveries(tx, ada))["email"]["id"]) is None
    row = (await deliveries(tx, ada))["email"]
    assert (row["state"], row["reason"]) == ("suppressed", "address_unproven")
    await told(tx, ada, "hall.security_alert")
    assert await begun(tx, (await deliveries(tx, ada))["email"]["id"]) is not None


@pytest.mark.parametrize("what", ["read", "off", "suspended", "expired", "untrue"])
async def test_what_is_no_longer_wanted_or_true_is_not_sent(tx: Tx, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await a_reader(tx)
    code = "hall.announcement" if what == "suspended" else "hall.reminder"
    await told(tx, ada, code)
    (row,) = (await deliveries(tx, ada)).values()
    match what:
        case "read":
            await mark_read(in_turn(tx), ada.account_id, [row["notice_id"]])
        case "off":
            await switch(tx, ada, code, "email")
        case "suspended":
            await tx.run(SUSPEND, ada.account_id)
        case "expired":
            tx.now += timedelta(days=31)
        case _:

            async def untrue(*_: Any) -> bool:
                return False

            monkeypatch.setattr("skillhall.notifications.commands.deliver.still_true", untrue)
    assert await begun(tx, row["id"]) is None
    (after,) = (await deliveries(tx, ada)).values()
    expected = {
        "read": ("cancelled", "read"),
        "off": ("suppressed", "preference"),
        "suspended": ("cancelled", "account"),
        "expired": ("cancelled", "expired"),
        "untrue": ("cancelled", "no_longer_true"),
    }
    assert (after["state"], after["reason"], after["attempts"]) == (*expected[what], 0)


async def test_three_attempts_with_growing_pauses_then_it_has_failed(tx: Tx) -> None:
    ada = await a_reader(tx)
    await told(tx, ada)
    key = (await deliveries(tx, ada))["email"]["id"]
    for attempt, pause in enumerate((*PAUSES, None), 1):
        assert await begun(tx, key) is not None
        assert await begun(tx, key) is None  # its attempt is under way: another worker leaves it alone
        await settle(in_turn(tx), key, FAILED)
        row = (await deliveries(tx, ada))["email"]
        assert (row["attempts"], row["retry_at"]) == (attempt, tx.wall + pause if pause else None)
        tx.queued.clear()
        await retry_sends(tx)
        assert tasks(tx) == []
        assert await begun(tx, key) is None
        tx.wall += pause or timedelta()
        await retry_sends(tx)
        assert tasks(tx) == ([key] if pause else [])
    last = (await deliveries(tx, ada))["email"]
    assert (last["state"], last["reason"]) == ("failed", "busy")


async def test_an_attempt_nobody_reports_of_is_made_again_and_the_third_is_the_last(tx: Tx) -> None:
    ada = await a_reader(tx)
    await told(tx, ada)
    key = (await deliveries(tx, ada))["email"]["id"]
    for _attempt in range(3):
        assert await begun(tx, key) is not None
        tx.wall += UNHEARD
    assert await begun(tx, key) is None
    assert ((await deliveries(tx, ada))["email"]["state"], (await deliveries(tx, ada))["email"]["reason"]) == ("failed", "unheard")
    await settle(in_turn(tx), key, SENT)  # the worker thought dead comes back
    assert (await deliveries(tx, ada))["email"]["state"] == "failed"


async def test_a_mail_is_opened_and_followed_and_both_are_counted_once(tx: Tx) -> None:
    ada = await a_reader(tx)
    await told(tx, ada)
    key = (await deliveries(tx, ada))["email"]["id"]
    opened, clicked = (link_token(tx.house.config.secret, use, key) for use in ("opened", "clicked"))
    await note_opened(in_turn(tx), STRANGER, opened)  # the record of its sending is slower than its reader
    assert await note_clicked(in_turn(tx), STRANGER, clicked) == "http://localhost:8000/sessions/1"
    assert (await deliveries(tx, ada))["email"]["opened_at"] is None
    await sent(tx, key)
    await note_opened(in_turn(tx), STRANGER, opened)
    first = tx.now
    assert (await deliveries(tx, ada))["email"]["state"] == "opened"
    assert await note_clicked(in_turn(tx), STRANGER, clicked) == "http://localhost:8000/sessions/1"
    await note_opened(in_turn(tx), STRANGER, opened)
    row = (await deliveries(tx, ada))["email"]
    assert (row["state"], row["opened_at"], row["clicked_at"] > first) == ("clicked", first, True)
    notice = await tx.row(NOTICE, ada.account_id)
    assert notice is not None
    assert (notice["opened_at"], notice["read_at"]) == (first, None)
    with pytest.raises(LinkNotValid):
        await note_clicked(in_turn(tx), STRANGER, opened)
    (view,) = await deliveries_of(tx, notice["id"])
    assert (view.status, view.channel, view.attempts) == ("clicked", "email", 1)
    tx.now += timedelta(minutes=2)
    await mark_read(in_turn(tx), ada.account_id, [notice["id"]])
    told_of = await figures(tx, first - timedelta(hours=1), tx.now + timedelta(hours=1))
    (mail,) = [one for one in told_of.channels if one.channel == "email"]
    assert (mail.sent, mail.opened, mail.clicked, told_of.read) == (1, 1, 1, 1)
    assert 120 <= (told_of.median_seconds_to_read or 0) < 122
    await delete_all(in_turn(tx), ada)
    assert await note_clicked(in_turn(tx), STRANGER, clicked) == "http://localhost:8000/sessions/1"
    assert len((await own(tx, ada.account_id))["deliveries"]) == 1  # pyright: ignore[reportArgumentType] - a list
    for check in CHECKS:
        assert not await tx.rows(check.violations)
    assert not await forget(tx, ada.account_id, 1)
    assert await forget(tx, ada.account_id, 1)


def test_a_link_is_worth_something_to_this_hall_in_this_use_only() -> None:
    target = ids.new()
    token = link_token("secret", "unsubscribe", target, "hall.reminder")
    assert read_token("secret", "unsubscribe", token) == (target, "hall.reminder")
    forged = [token.replace("reminder", "security"), token.replace(target.hex, UUID(int=1).hex), "", "a.b", "a.b.c", token[1:], f"{token}x"]
    for text in forged:
        with pytest.raises(LinkNotValid):
            read_token("secret", "unsubscribe", text)
    with pytest.raises(LinkNotValid):
        read_token("secret", "opened", token)
    with pytest.raises(LinkNotValid):
        read_token("another", "unsubscribe", token)


def test_which_refusals_of_servers_are_about_the_address() -> None:
    assert is_hard(550, "5.1.1 no such user")
    assert is_hard(550, "No such user here")
    assert is_hard(550, "5.2.1 mailbox disabled")
    assert is_hard(550, "5.0.0")
    assert not is_hard(552, "5.2.2 mailbox full")
    assert not is_hard(550, "5.7.1 we do not like you")
    assert not is_hard(554, "transaction failed")
    assert not is_hard(550, "4.2.2 full")


def test_the_verdict_of_an_attempt() -> None:
    wall = MIDNIGHT
    assert verdict(SENT, 1, wall) == ("sent", None)
    assert verdict(FAILED, 1, wall) == ("pending", wall + PAUSES[0])
    assert verdict(FAILED, 3, wall) == ("failed", None)
    assert verdict(Outcome(is_sent=False, may_try=False), 1, wall) == ("failed", None)
    assert verdict(Outcome(is_sent=False, is_bounce=True), 1, wall) == ("bounced", None)


async def test_a_delivery_that_is_gone_is_left_alone(tx: Tx) -> None:
    assert await begin(tx, ids.new()) is None
    await settle(tx, ids.new(), SENT)
