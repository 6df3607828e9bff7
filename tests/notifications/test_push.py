"""Web Push at a real push service over TCP: it checks who signs, decrypts what comes, and answers as it is told to."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from skillhall.identity.events import LoginRevoked
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.config import Config
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Invalid
from skillhall.notifications.commands.deliver import settle
from skillhall.notifications.commands.subscribe import drop_subscription, subscribe
from skillhall.notifications.jobs import _push as push_all  # pyright: ignore[reportPrivateUsage]
from skillhall.notifications.jobs import silence_device, tidy
from skillhall.notifications.model.compose import PUSH_BYTES, Pushed, notice_push
from skillhall.notifications.model.push import MOST_DEVICES, DropSubscription, PushKeys, Subscribe, may_call
from skillhall.notifications.outside.push import PushAnswer, Pushes
from skillhall.notifications.store.notices import find_notices
from skillhall.notifications.store.push import subscriptions
from tests.notifications.sending import a_reader, begun, deliveries, subscribed, told
from tests.profiles.builders import a_person, in_turn
from tests.support.hall import CONFIG
from tests.support.push_service import Browser, PushService, push_service

PUSHED = Pushed(payload=b'{"title":"T"}', topic="a" * 32, urgency="high", ttl=60)


@pytest.fixture
async def service() -> AsyncGenerator[PushService]:
    async with push_service() as found:
        yield found


@pytest.fixture
async def pushes() -> AsyncGenerator[Pushes]:
    found = Pushes(CONFIG)
    yield found
    await found.close()


async def attempted(tx: Tx, pushes: Pushes, key: Any) -> str:
    """Make one attempt; return the delivery's state after it."""
    parcel = await begun(tx, key)
    assert parcel is not None
    assert parcel.push is not None
    await settle(in_turn(tx), key, await push_all(pushes, parcel.push, parcel.devices))
    tx.wall += timedelta(hours=1)
    return await tx.value("SELECT state FROM notifications.delivery WHERE id = $1", key)  # pyright: ignore[reportArgumentType] - of a test


async def test_what_arrives_is_signed_encrypted_and_whole(tx: Tx, service: PushService, pushes: Pushes) -> None:
    ada = await a_reader(tx)
    phone, _ = await subscribed(tx, ada, service.browser(pushes.public_key))
    laptop, _ = await subscribed(tx, ada, service.browser(pushes.public_key))
    await told(tx, ada, facts={"title": "Grüße ✓ नमस्ते", "text": "x" * 900}, priority="high")
    row = (await deliveries(tx, ada))["push"]
    assert await attempted(tx, pushes, row["id"]) == "sent"
    assert service.problems == []
    (message,) = phone.messages
    assert laptop.messages == [message]
    assert (message["title"], message["tag"], message["type"]) == ("Reminder: Grüße ✓ नमस्ते", str(row["notice_id"]), "hall.reminder")
    assert message["url"].startswith("http://localhost:8000/api/v1/notifications/clicked/")
    assert message["body"].endswith("…")
    (headers,) = phone.headers
    assert (headers["Urgency"], headers["Topic"], int(headers["TTL"]) > 86_400) == ("high", row["notice_id"].hex, True)


async def test_a_browser_that_is_gone_is_forgotten_and_a_busy_one_tried_again_alone(tx: Tx, service: PushService, pushes: Pushes) -> None:
    ada = await a_reader(tx)
    phone, gone, forgotten, busy = [service.browser(pushes.public_key) for _ in range(4)]
    for browser in (phone, gone, forgotten, busy):
        await subscribed(tx, ada, browser)
    gone.answers, forgotten.answers, busy.answers = [410], [404], [503, 429]
    await told(tx, ada)
    key = (await deliveries(tx, ada))["push"]["id"]
    assert await attempted(tx, pushes, key) == "pending"
    assert sorted(device.endpoint for device in await subscriptions(tx, ada.account_id)) == sorted([phone.endpoint, busy.endpoint])
    assert await attempted(tx, pushes, key) == "pending"
    assert await attempted(tx, pushes, key) == "sent"
    assert [browser.calls for browser in (phone, gone, forgotten, busy)] == [1, 1, 1, 3]
    assert [len(browser.messages) for browser in (phone, busy)] == [1, 1]


async def test_what_no_service_takes_has_failed_and_one_browser_of_two_is_enough(tx: Tx, service: PushService, pushes: Pushes) -> None:
    ada = await a_reader(tx)
    browser, _ = await subscribed(tx, ada, service.browser(pushes.public_key))
    browser.answers = [413]
    await told(tx, ada, key="1")
    assert await attempted(tx, pushes, (await deliveries(tx, ada))["push"]["id"]) == "failed"
    broken, _ = await subscribed(tx, ada, service.browser(pushes.public_key))
    broken.answers = [500, 500, 500]
    await told(tx, ada, key="2")
    key = (await deliveries(tx, ada))["push"]["id"]
    assert [await attempted(tx, pushes, key) for _ in range(3)] == ["pending", "pending", "sent"]
    assert (len(browser.messages), broken.calls) == (1, 3)
    browser.answers = [410]
    broken.answers = [404]
    await told(tx, ada, key="3")
    assert await attempted(tx, pushes, (await deliveries(tx, ada))["push"]["id"]) == "failed"
    assert await subscriptions(tx, ada.account_id) == []


async def test_only_servers_on_the_internet_are_called(tx: Tx, service: PushService, pushes: Pushes) -> None:
    ada = await a_reader(tx)
    await subscribed(tx, ada, service.browser(pushes.public_key))
    (device,) = await subscriptions(tx, ada.account_id)
    live = Pushes(Config(secret=CONFIG.secret))
    assert (await live.send(device, PUSHED)).kind == "gone"
    inside = msgspec.structs.replace(device, endpoint="https://localhost.localdomain:1/x")
    assert (await live.send(inside, PUSHED)).kind in ("gone", "busy")  # gone where the name leads here, busy where it leads nowhere
    another = Pushes(msgspec.structs.replace(CONFIG, secret="another secret, as after a leak, long enough"))
    assert await another.send(device, PUSHED) == await another.send(device, PUSHED)
    assert (await another.send(device, PUSHED)).reason == "another_key"
    assert (await pushes.send(msgspec.structs.replace(device, endpoint="http://127.0.0.1:1/x"), PUSHED)).kind == "busy"
    for spoiled in ({"p256dh": "B" * 87}, {"auth": "A"}, {"endpoint": "https://push.example.org:1\\@x/"}):
        assert (await pushes.send(msgspec.structs.replace(device, **spoiled), PUSHED)).kind in ("gone", "busy")
    assert await pushes.send(msgspec.structs.replace(device, p256dh="B" * 87), PUSHED) == PushAnswer("gone", "not_valid")
    await live.close()
    assert pushes.public_key == Pushes(CONFIG).public_key != another.public_key


def test_which_endpoints_may_be_called() -> None:
    assert may_call("https://updates.push.services.mozilla.com/wpush/v2/abc", may_be_here=False)
    assert may_call("http://127.0.0.1:8080/x", may_be_here=True)
    refused = [
        "http://push.example.org/x", "http://127.0.0.1/x", "https://127.0.0.1/x", "https://[::1]/x", "https://10.0.0.8/x",
        "https://169.254.169.254/latest", "https://localhost/x", "https://db.internal/x", "https://[::ffff:10.0.0.1]/x",
        "https://u:p@push.example.org/x", "ftp://push.example.org/x", "https:///x", "https://push.example.org:99999/x", "https://ä.org/x",
        "https://[64:ff9b::a00:1]/x",
    ]  # fmt: skip
    assert [url for url in refused if may_call(url, may_be_here=False)] == []


async def test_a_malformed_subscription_is_refused_with_all_that_is_wrong(tx: Tx) -> None:
    ada = await a_reader(tx)
    wrong = Subscribe(endpoint="https://192.168.0.1/x", keys=PushKeys(p256dh="B" * 87, auth="A" * 20))
    with pytest.raises(Invalid) as refused:
        await subscribe(in_turn(tx), ada, wrong, "")
    assert [error.field for error in refused.value.errors] == ["endpoint", "keys.p256dh", "keys.auth"]
    assert await subscriptions(tx, ada.account_id) == []
    good = Browser("https://push.example.org/x", "").subscription["keys"]
    bent = Subscribe(
        endpoint="https://push.example.org/x", keys=PushKeys(p256dh=good["p256dh"], auth=f"{good['auth'][:4]}!\n{good['auth'][4:]}")
    )
    with pytest.raises(Invalid) as refused:
        await subscribe(in_turn(tx), ada, bent, "")
    assert [error.field for error in refused.value.errors] == ["keys.auth"]


async def test_a_browser_belongs_to_whoever_signed_in_last_and_ends_with_that_login(tx: Tx, pushes: Pushes) -> None:
    ada = await a_reader(tx)
    ben = await a_person(tx)
    login_id = ids.new()
    browser, first = await subscribed(tx, ada)
    _, again = await subscribed(tx, ada, browser)
    assert (first.id, first.created_at) == (again.id, again.created_at)
    _, taken = await subscribed(tx, ben, browser, login_id)
    assert (taken.id, await subscriptions(tx, ada.account_id)) == (first.id, [])
    assert (await drop_subscription(tx, ada, DropSubscription(endpoint=browser.endpoint))).removed == 0
    await silence_device(LoginRevoked(account_id=ben.account_id, login_id=login_id, why="signed_out"), tx)
    assert await subscriptions(tx, ben.account_id) == []
    await subscribed(tx, ada, browser)
    assert [(await drop_subscription(tx, ada, DropSubscription(endpoint=browser.endpoint))).removed for _ in range(2)] == [1, 0]


async def test_the_oldest_of_too_many_browsers_goes_and_so_does_one_that_has_expired(tx: Tx) -> None:
    ada = await a_reader(tx)
    oldest, _ = await subscribed(tx, ada)
    *_, newest = [(await subscribed(tx, ada))[0] for _ in range(MOST_DEVICES)]
    endpoints = {device.endpoint for device in await subscriptions(tx, ada.account_id)}
    assert (len(endpoints), oldest.endpoint in endpoints) == (MOST_DEVICES, False)
    given = newest.subscription
    end = (tx.wall + timedelta(hours=1)).timestamp() * 1000
    keys = PushKeys(**given["keys"])
    await subscribe(in_turn(tx), Actor(account_id=ada.account_id), Subscribe(endpoint=newest.endpoint, expiration_time=end, keys=keys), "")
    tx.wall += timedelta(hours=2)
    await tidy(tx)
    assert len(await subscriptions(tx, ada.account_id)) == MOST_DEVICES - 1


async def test_a_payload_fits_whatever_is_written(tx: Tx) -> None:
    ada = await a_reader(tx)
    await told(tx, ada)
    (short,) = await find_notices(tx, [(await deliveries(tx, ada))["email"]["notice_id"]])
    notice = msgspec.structs.replace(short, title="त" * 180, text="नमस्ते 👨‍👩‍👧 " * 300)
    pushed = notice_push(CONFIG, notice, ids.new(), tx.now)
    assert len(pushed.payload) <= PUSH_BYTES
    assert notice_push(CONFIG, notice, ids.new(), datetime(2099, 1, 1, tzinfo=UTC)).ttl == 60
