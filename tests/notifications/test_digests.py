"""What waits for its time goes out once, as one message, at a fixed local time, whatever is planned or sent at the same moment."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as some

from skillhall.identity.events import AccountChanged
from skillhall.kernel.actor import STRANGER, Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Row, Tx
from skillhall.kernel.work.outside import Undeliverable
from skillhall.kernel.work.worker import Worker
from skillhall.notifications.commands.deliver import Parcel
from skillhall.notifications.commands.digest import begin_digest, settle_digest
from skillhall.notifications.commands.notify import notify
from skillhall.notifications.commands.read import mark_read
from skillhall.notifications.commands.set_preferences import set_frequency, set_preferences, set_quiet_hours
from skillhall.notifications.commands.track import note_opened
from skillhall.notifications.commands.unsubscribe import stop_of, unsubscribe
from skillhall.notifications.jobs import follow_zone, retry_sends, tidy
from skillhall.notifications.model.choices import ChangeDigest, ChangeFrequency, ChangeQuiet, ChangeSettings
from skillhall.notifications.model.compose import MOST_IN_DIGEST
from skillhall.notifications.model.delivery import PAUSES, SENT, UNHEARD, Outcome, link_token
from skillhall.notifications.model.digest import Period, next_digest
from skillhall.notifications.store.deliveries import forget
from skillhall.notifications.store.preferences import find_settings
from skillhall.notifications.tasks import SendDigest, SendNotice
from tests.notifications.builders import LOCALE
from tests.notifications.sending import a_notice, a_reader, chosen, subscribed, switch, tasks, told
from tests.profiles.builders import ANY, a_person, in_turn
from tests.support.hall import TestHall

DIGESTS = sql("""
SELECT id, channel, period, state, attempts, due_at, retry_at FROM notifications.digest WHERE account_id = $1 ORDER BY due_at
""")
CARRIED = sql("SELECT state FROM notifications.delivery WHERE digest_id = $1")
LONGEST: dict[Period, timedelta] = {"hourly": timedelta(hours=1), "daily": timedelta(hours=26), "weekly": timedelta(days=7, hours=2)}
STATES = sql("SELECT state, reason FROM notifications.delivery WHERE account_id = $1 ORDER BY id")
ZONES = ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]
EVENING = datetime(2026, 11, 25, 20, 15, tzinfo=UTC)


@given(
    some.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=some.just(UTC)),  # noqa: DTZ001 - given a zone
    some.sampled_from(["hourly", "daily", "weekly"]),
    some.times(),
    some.integers(0, 6),
    some.sampled_from(ZONES),
)
@settings(max_examples=30, deadline=None)
def test_the_next_one_is_later_and_shows_the_wanted_time(after: datetime, period: Period, at: time, weekday: int, zone: str) -> None:
    found = next_digest(after, period, at, weekday, zone)
    assert timedelta() < found - after <= LONGEST[period]
    local = found.astimezone(ZoneInfo(zone))
    if period == "hourly":
        assert (local.minute, local.second) == (0, 0)
    elif local.utcoffset() == (local - timedelta(hours=3)).astimezone(UTC).astimezone(ZoneInfo(zone)).utcoffset():
        assert local.time() == at
        assert period == "daily" or local.weekday() == weekday


def test_nights_in_which_clocks_are_changed() -> None:
    berlin = "Europe/Berlin"
    spring = next_digest(datetime(2026, 3, 28, 12, tzinfo=UTC), "daily", time(2, 30), 0, berlin)
    assert spring == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 02:30 does not exist: 03:30
    autumn = next_digest(datetime(2026, 10, 24, 12, tzinfo=UTC), "daily", time(2, 30), 0, berlin)
    assert autumn == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # twice: the first
    assert next_digest(autumn, "daily", time(2, 30), 0, berlin) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)
    assert next_digest(datetime(2026, 11, 25, 18, 29, tzinfo=UTC), "hourly", time(8), 0, "Asia/Kolkata") == datetime(
        2026, 11, 25, 18, 30, tzinfo=UTC
    )
    assert next_digest(datetime(2026, 11, 23, 8, tzinfo=UTC), "weekly", time(8), 0, "UTC") == datetime(2026, 11, 30, 8, tzinfo=UTC)


async def a_patient_reader(tx: Tx, **fields: Any) -> Actor:
    return await a_reader(tx, email_frequency="daily", **fields)


async def digests(tx: Tx, who: Actor) -> list[Row]:
    return list(await tx.rows(DIGESTS, who.account_id))


async def opened(tx: Tx, digest_id: UUID) -> Parcel | None:
    return await begin_digest(in_turn(tx), digest_id)


async def test_several_notices_go_as_one_mail_and_what_was_read_meanwhile_does_not(tx: Tx) -> None:
    ada = await a_patient_reader(tx)
    tx.now = EVENING
    for title in ("One", "Two", "Three", "Four"):
        await told(tx, ada, "hall.announcement", facts={"title": title, "text": f"About {title}."})
    (digest,) = await digests(tx, ada)
    assert (digest["period"], digest["state"], digest["due_at"]) == ("daily", "waiting", datetime(2026, 11, 26, 8, tzinfo=UTC))
    assert tasks(tx) == []  # the first has put the one task aside
    await told(tx, ada, "hall.reminder")  # of a kind that does not wait
    rows = await tx.rows(STATES, ada.account_id)
    assert [row["state"] for row in rows] == ["waiting_digest"] * 4 + ["pending"]
    first = await tx.value(sql("SELECT id FROM notifications.notice WHERE title = 'One' AND account_id = $1"), ada.account_id)
    await mark_read(in_turn(tx), ada.account_id, [first])
    tx.now = digest["due_at"]
    parcel = await opened(tx, digest["id"])
    assert parcel is not None
    assert parcel.mail is not None
    letter = parcel.mail.letter
    assert "3" in letter.subject
    assert [f"About {title}." in letter.text for title in ("One", "Two", "Three", "Four")] == [False, True, True, True]
    assert letter.html.count("/notifications/clicked/") == 3
    assert await opened(tx, digest["id"]) is None  # its attempt is under way
    await settle_digest(in_turn(tx), digest["id"], SENT)
    rows = await tx.rows(STATES, ada.account_id)
    assert sorted((row["state"], row["reason"]) for row in rows[:4]) == [("cancelled", "read")] + [("sent", None)] * 3
    assert [row["state"] for row in await digests(tx, ada)] == ["sent"]
    await note_opened(in_turn(tx), STRANGER, link_token(tx.house.config.secret, "opened", digest["id"]))
    assert sorted(row["state"] for row in await tx.rows(STATES, ada.account_id)) == ["cancelled", "opened", "opened", "opened", "pending"]
    token = link_token(tx.house.config.secret, "unsubscribe", ada.account_id, digest["id"].hex)
    assert (await stop_of(tx, token)).types == ("hall.announcement",)
    await unsubscribe(in_turn(tx), STRANGER, token)
    assert (await find_settings(tx, [ada.account_id]))[ada.account_id].choices == {("hall.announcement", "email"): False}


async def test_who_comes_while_it_is_being_sent_goes_with_the_next(tx: Tx) -> None:
    ada = await a_patient_reader(tx)
    tx.now = EVENING
    await told(tx, ada, "hall.announcement")
    (digest,) = await digests(tx, ada)
    assert await opened(tx, digest["id"]) is not None  # a worker whose clock is ahead
    await told(tx, ada, "hall.announcement")
    first, second = await digests(tx, ada)
    assert second["due_at"] - first["due_at"] == timedelta(days=1)
    assert tasks(tx) == [second["id"]]


async def test_what_waits_follows_what_its_reader_chooses(tx: Tx) -> None:
    ada = await a_reader(tx, email_frequency="weekly")
    tx.now = EVENING
    for key in ("1", "2"):
        await told(tx, ada, "hall.announcement", key=key)

    async def waits_until(period: Period, *at: int) -> UUID:
        (digest,) = await digests(tx, ada)
        due_at = digest["due_at"].replace(microsecond=0)  # each step of a test takes a moment
        assert (digest["period"], digest["state"], due_at) == (period, "waiting", datetime(2026, 11, *at, tzinfo=UTC))
        assert [row["state"] for row in await tx.rows(CARRIED, digest["id"])] == ["waiting_digest"] * 2
        return digest["id"]

    monday = await waits_until("weekly", 30, 8)
    tx.queued.clear()
    await set_frequency(in_turn(tx), ada, ChangeFrequency(email="daily"))
    thursday = await waits_until("daily", 26, 8)
    assert [(queued.at, queued.key) for queued in tx.queued] == [(datetime(2026, 11, 26, 8, tzinfo=UTC), str(thursday))]
    assert await opened(tx, monday) is None
    await set_preferences(in_turn(tx), ada, ChangeSettings(digest=ChangeDigest(at="07:15")), ANY)
    await waits_until("daily", 26, 7, 15)
    await tx.run(LOCALE, ada.account_id, "de", "Europe/Berlin")
    await follow_zone(AccountChanged(account_id=ada.account_id), in_turn(tx))
    await waits_until("daily", 26, 6, 15)
    await set_frequency(in_turn(tx), ada, ChangeFrequency(email="weekly"))
    await set_frequency(in_turn(tx), ada, ChangeFrequency(email="daily"))
    kept = await waits_until("daily", 26, 6, 15)
    tx.queued.clear()
    await set_quiet_hours(in_turn(tx), ada, ChangeQuiet(until="06:00"))
    assert (await waits_until("daily", 26, 6, 15), tasks(tx)) == (kept, [])
    await set_frequency(in_turn(tx), ada, ChangeFrequency(email="immediate"))
    now = await waits_until("daily", 25, 20, 15)
    assert tasks(tx) == [now]
    parcel = await opened(tx, now)
    assert parcel is not None
    assert parcel.mail is not None
    assert parcel.mail.letter.html.count("/notifications/clicked/") == 2


async def test_an_empty_one_is_not_sent(tx: Tx) -> None:
    ada = await a_patient_reader(tx, digest_at=time(7))
    await told(tx, ada, "hall.announcement")
    (digest,) = await digests(tx, ada)
    await switch(tx, ada, "announcements", "email")
    assert await opened(tx, digest["id"]) is None
    assert [row["state"] for row in await digests(tx, ada)] == ["empty"]
    assert [(row["state"], row["reason"]) for row in await tx.rows(STATES, ada.account_id)] == [("suppressed", "preference")]
    await settle_digest(in_turn(tx), digest["id"], SENT)
    assert [row["state"] for row in await digests(tx, ada)] == ["empty"]
    tx.now += timedelta(days=100)
    await tidy(in_turn(tx))
    assert len(await digests(tx, ada)) == 1  # its notice is still there
    assert await forget(tx, ada.account_id, 100)
    assert await digests(tx, ada) == []


async def test_it_is_tried_three_times(tx: Tx) -> None:
    ada = await a_patient_reader(tx)
    await told(tx, ada, "hall.announcement")
    (digest,) = await digests(tx, ada)
    for pause in (*PAUSES, None):
        assert await opened(tx, digest["id"]) is not None
        await settle_digest(in_turn(tx), digest["id"], Outcome(is_sent=False, reason="busy"))
        tx.queued.clear()
        tx.wall += pause or timedelta()
        await retry_sends(tx)
        assert tasks(tx) == ([digest["id"]] if pause else [])
    assert [(row["state"], row["reason"]) for row in await tx.rows(STATES, ada.account_id)] == [("failed", "busy")]
    await told(tx, ada, "hall.announcement", key="2")
    after = (await digests(tx, ada))[-1]
    for _attempt in range(3):
        assert await opened(tx, after["id"]) is not None
        tx.wall += UNHEARD
    assert await opened(tx, after["id"]) is None
    assert (await digests(tx, ada))[-1]["state"] == "failed"


async def test_a_push_says_how_many_and_a_night_is_slept_through(tx: Tx) -> None:
    ada = await a_reader(tx, push_frequency="hourly", is_quiet_on=True)
    browser, _ = await subscribed(tx, ada)
    tx.now = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)
    await switch(tx, ada, "hall.announcement", "push", is_on=True)
    for number in range(2):
        await told(tx, ada, "hall.announcement", channels=("push",))
        tx.now += timedelta(hours=number)
    (digest,) = await digests(tx, ada)
    assert (digest["channel"], digest["due_at"]) == ("push", datetime(2026, 11, 26, 8, tzinfo=UTC))
    tx.now = digest["due_at"]
    parcel = await opened(tx, digest["id"])
    assert parcel is not None
    assert parcel.push is not None
    assert [device.endpoint for device in parcel.devices] == [browser.endpoint]
    assert b"2 notices wait for you." in parcel.push.payload
    await settle_digest(in_turn(tx), digest["id"], Outcome(is_sent=False, reason="http_500", reached=(parcel.devices[0].id,)))
    assert [row["state"] for row in await digests(tx, ada)] == ["sent"]


async def test_quiet_hours_are_looked_at_again_before_it_goes(tx: Tx) -> None:
    ada = await a_patient_reader(tx)
    tx.now = EVENING
    await told(tx, ada, "hall.announcement")
    (digest,) = await digests(tx, ada)
    morning = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    tx.now = digest["due_at"]
    assert await opened(tx, digest["id"]) is not None
    await settle_digest(in_turn(tx), digest["id"], Outcome(is_sent=False, reason="busy"))
    await chosen(tx, ada, email_frequency="daily", is_quiet_on=True, quiet_until=time(9, 30))
    tx.wall += PAUSES[0]
    tx.queued.clear()
    assert await opened(tx, digest["id"]) is None
    assert (tasks(tx), [queued.at for queued in tx.queued], [queued.key for queued in tx.queued]) == (
        [digest["id"]],
        [morning],
        [str(digest["id"])],
    )
    tx.queued.clear()
    await retry_sends(tx)
    assert tasks(tx) == []
    tx.now = morning
    assert await opened(tx, digest["id"]) is not None


async def test_the_newest_stand_in_it_and_the_rest_is_counted(tx: Tx) -> None:
    ada = await a_patient_reader(tx)
    for number in range(MOST_IN_DIGEST + 3):
        await told(tx, ada, "hall.announcement", key=str(number), facts={"title": f"N{number:02}", "text": "T"})
    (digest,) = await digests(tx, ada)
    parcel = await opened(tx, digest["id"])
    assert parcel is not None
    assert parcel.mail is not None
    text = parcel.mail.letter.text
    assert (text.count("* N"), "* N02\n" in text, "* N03\n" in text) == (MOST_IN_DIGEST, False, True)


class Post:
    """A mailer that keeps the keys of what it sends, and takes its time, so that others could come between."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    async def send(self, to: str, subject: str, text: str, *, key: str, **_: Any) -> Undeliverable | None:
        self.keys.append(key)
        await asyncio.sleep(0.05)
        return None


async def test_two_notices_in_one_second_and_two_workers_at_once_are_one_mail(hall: TestHall) -> None:
    async def member(tx: Tx) -> Actor:
        who = await a_person(tx)
        await chosen(tx, who, email_frequency="daily")
        return who

    ada = await hall.work(member)

    async def tell(number: int) -> None:
        await hall.work(lambda tx: notify(tx, a_notice(ada, "hall.announcement", key=str(number))))

    said = await hall.race(*((lambda number=number: tell(number)) for number in range(6)))
    assert said == [None] * 6
    (digest,) = await hall.pool.fetch(DIGESTS, ada.account_id)
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.delivery WHERE receiver = 'notifications.send_digest'") == 1

    async def again(tx: Tx) -> UUID:
        await notify(tx, a_notice(ada, at=None))  # a kind that does not wait, put aside twice too
        (found,) = [queued.task.delivery_id for queued in tx.queued if isinstance(queued.task, SendNotice)]
        tx.enqueue(SendNotice(delivery_id=found))
        tx.enqueue(SendDigest(digest_id=digest["id"]), at=digest["due_at"])
        return found

    delivery_id = await hall.work(again)
    await hall.pool.execute("UPDATE kernel.clock SET shift = $1 - clock_timestamp()", digest["due_at"] + timedelta(seconds=1))
    post = Post()
    workers = [Worker(hall.runner, hall.hall.worker.receivers.values(), post) for _ in range(2)]
    assert not [answer for answer in await hall.race(*(worker.drain for worker in workers)) if isinstance(answer, Exception)]
    assert sorted(post.keys) == sorted([str(digest["id"]), str(delivery_id)])
    assert [row["state"] for row in await hall.pool.fetch(CARRIED, digest["id"])] == ["sent"] * 6
    await hall.verify()
