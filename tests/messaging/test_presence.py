"""Who is here: several devices of one person, processes that die, and who may know."""

from datetime import timedelta
from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.events import Hint
from skillhall.kernel.shapes import ListQuery
from skillhall.messaging.commands.follow_presence import PresentDevices, forget_silent_devices
from skillhall.messaging.queries.chat_users import chat_users
from skillhall.messaging.queries.presence import online_among, presence_shown
from tests.messaging.talks import a_direct_talk, write
from tests.profiles.builders import BLOCK, a_person, in_turn
from tests.support.hall import TestHall

DEVICES = PresentDevices()


async def arrive(tx: Tx, who: Actor, device_id: UUID | None = None) -> UUID:
    """Connect a device."""
    device_id = device_id or ids.new()
    await DEVICES.came(in_turn(tx), who, device_id)
    return device_id


async def leave(tx: Tx, who: Actor, device_id: UUID) -> None:
    """Disconnect a device."""
    await DEVICES.left(in_turn(tx), who, device_id)


async def online(tx: Tx, by: Actor, *asked: Actor) -> set[UUID]:
    """Return who is here, as somebody sees it."""
    found = await online_among(tx, by, [one.account_id for one in asked] if asked else None)
    return {one.account_id for one in found.online}


def told(tx: Tx) -> list[tuple[str, str, str]]:
    """Return who was told what about whom since this was last asked."""
    found = [(hint.room, hint.ids["account_id"], hint.ids["is_online"]) for hint in tx.hints if hint.name == "presence"]
    tx.hints.clear()
    return found


async def test_the_first_device_comes_and_the_last_one_goes(tx: Tx) -> None:
    ada, ben, cleo = [await a_person(tx, name) for name in ("Ada", "Ben", "Cleo")]
    room = (await a_direct_talk(tx, ada, ben)).id
    early = await arrive(tx, ben), await arrive(tx, ada)
    assert (told(tx), await online(tx, ada), await online(tx, ben)) == ([], set(), set())  # opened, but nothing said yet
    assert (await chat_users(tx, ListQuery(), ada)).items == []
    for who, device in zip((ben, ada), early, strict=True):
        await leave(tx, who, device)
    for who in (ada, ben):
        await write(tx, who, room, "Hello")
    assert [one.display_name for one in (await chat_users(tx, ListQuery(), ada)).items] == ["Ben"]
    tx.hints.clear()
    seat, phone = await arrive(tx, ben), await arrive(tx, ada)
    assert told(tx) == [(f"user:{ben.account_id}", str(ada.account_id), "1")]
    laptop = await arrive(tx, ada)
    await arrive(tx, ada, laptop)
    await arrive(tx, cleo)
    assert told(tx) == []
    assert await online(tx, ben) == {ada.account_id}
    assert await online(tx, ben, ada, cleo) == {ada.account_id}
    assert await online(tx, ben, cleo) == await online(tx, cleo) == set()
    await leave(tx, ben, phone)
    await leave(tx, ada, phone)
    assert told(tx) == []
    await leave(tx, ada, laptop)
    await leave(tx, ada, laptop)
    assert told(tx) == [(f"user:{ben.account_id}", str(ada.account_id), "0")]
    assert await online(tx, ben) == set()
    assert await online(tx, ada) == {ben.account_id}
    await tx.run(BLOCK, ada.account_id, ben.account_id)
    await arrive(tx, ada)
    assert told(tx) == []
    assert await online(tx, ada) == await online(tx, ben) == set()
    await leave(tx, ben, seat)


async def test_a_device_whose_process_dies_is_forgotten(tx: Tx) -> None:
    ada, ben = [await a_person(tx, name) for name in ("Ada", "Ben")]
    await write(tx, ada, (await a_direct_talk(tx, ada, ben)).id, "Hello")
    kept, lost = await arrive(tx, ben), await arrive(tx, ada)
    told(tx)
    tx.wall += timedelta(seconds=60)
    await DEVICES.stayed(in_turn(tx), {kept: ben.account_id})
    await DEVICES.stayed(in_turn(tx), {})
    await forget_silent_devices(in_turn(tx))
    assert told(tx) == []
    tx.wall += timedelta(seconds=30)
    assert await online(tx, ben) == set()
    await forget_silent_devices(in_turn(tx))
    await forget_silent_devices(in_turn(tx))
    assert told(tx) == [(f"user:{ben.account_id}", str(ada.account_id), "0")]
    await DEVICES.stayed(in_turn(tx), {lost: ada.account_id, kept: ben.account_id})
    assert told(tx) == [(f"user:{ben.account_id}", str(ada.account_id), "1")]
    assert presence_shown(Hint("user:x", "presence", {"account_id": "a", "is_online": "0"})) == {"accountId": "a", "isOnline": False}


async def test_two_devices_that_leave_at_once_leave_nobody_behind(hall: TestHall) -> None:
    ada, ben = [await hall.work(a_person, name) for name in ("Ada", "Ben")]
    room = (await hall.work(a_direct_talk, ada, ben)).id
    await hall.work(write, ada, room, "Hello")
    heard: list[Hint] = []
    hall.runner.on_hints = heard.extend
    await hall.work(DEVICES.came, ben, ids.new())
    for _round in range(3):
        devices = [ids.new() for _ in range(4)]
        answers = await hall.race(*[lambda device=device: hall.work(DEVICES.came, ada, device) for device in devices])
        assert answers == [None] * 4
        heard.clear()
        await hall.race(
            *[lambda device=device: hall.work(DEVICES.left, ada, device) for device in devices],
            lambda: hall.work(DEVICES.stayed, {}),
            lambda: hall.work(forget_silent_devices),
        )
        assert [hint.ids["is_online"] for hint in heard] == ["0"]
    assert (await online_among(await hall.read(), ben)).online == []
