"""Rooms: order, bounded boxes, who is put out, and what happens when hints were lost."""

import asyncio
from typing import Any
from uuid import UUID

import aiohttp
import msgspec
import pytest

from skillhall.deploy.socket_aliases import WIRING
from skillhall.kernel import ids
from skillhall.kernel.events import Hint
from skillhall.kernel.live import socket_client
from skillhall.kernel.live.client import Client, LiveSettings, live_settings
from skillhall.kernel.live.rooms import WAITING_HINTS
from skillhall.kernel.live.said import Box, Said
from skillhall.kernel.live.signals import answer
from skillhall.kernel.live.socket_client import TextPacket
from skillhall.kernel.outside.fanout import MemoryFanout, PostgresFanout
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import camel
from tests.kernel.conftest import KernelHall
from tests.kernel.live.site import SETTINGS, Live, live, token
from tests.support.hall import CONFIG

CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'skillhall hints' AND datname = current_database()
"""


class Ear(Client):
    """A client that keeps everything."""

    def __init__(self, site: Live, account: UUID, actor: Any = None) -> None:
        super().__init__(actor, token(account), CONFIG, site.hub.settings)
        self.ended: list[Refusal | None] = []

    @classmethod
    async def of(cls, site: Live, account: UUID) -> "Ear":
        ear = cls(site, account, await site.gate.admit(await site.runner.read(), token(account)))
        site.hub.enter(ear)
        return ear

    def wake(self) -> None:
        pass

    async def close(self, refusal: Refusal | None) -> None:
        self.ended.append(refusal)

    def heard(self) -> list[tuple[str, Any]]:
        taken = [self.box.take() for _ in range(len(self.box))]
        return [(said.name, said.data) for said in taken]


def new(room: UUID, number: int, text: str = "x") -> Hint:
    return Hint(f"conversation:{room}", "message:new", {"sequence": str(number), "text": text})


def test_a_box_drops_the_oldest_and_says_so() -> None:
    box = Box(3)
    assert [box.put(Said(str(number), None)) for number in range(5)] == [True, True, True, False, False]
    told = box.take()
    assert (told.name, told.data) == ("live:gap", {"dropped": 2})
    assert [box.take().name for _ in range(3)] == ["2", "3", "4"]
    assert len(box) == 0
    assert camel("up_to_sequence") == "upToSequence"
    assert live_settings(msgspec.structs.replace(CONFIG, rate_limit_factor=2.0)).clients_per_account == 16
    assert LiveSettings().waiting == 256


def test_no_attachments_are_taken() -> None:
    assert TextPacket(encoded_packet='2["x"]').data == ["x"]
    for announced in ('51999999999-["x"]', '5["x"]', '61-["x"]', '21-["x"]'):
        with pytest.raises(ValueError, match="attachments"):
            TextPacket(encoded_packet=announced)


async def test_rooms(kernel: KernelHall) -> None:
    mira, taro, room = ids.new(), ids.new(), ids.new()
    name = f"conversation:{room}"
    async with live(kernel.runner, settings=msgspec.structs.replace(SETTINGS, watch_seconds=60), members={room: {mira, taro}}) as site:
        one, two = await Ear.of(site, mira), await Ear.of(site, taro)
        for ear in (one, two):
            assert await answer(site.hub, ear, {}, "room:join", {"room": f"conversation:{str(room).upper()}"}) == {"room": name}
            assert await answer(site.hub, ear, {}, "room:join", {"room": ear.own_room}) == {"room": ear.own_room}
            assert await answer(site.hub, ear, {}, "room:leave", {"room": ear.own_room}) == {"room": ear.own_room}
        # in order, though each is loaded; who is put out hears what was before, and nothing after
        for number in range(1, 60):
            site.hub.rooms.hear(new(room, number))
        site.hub.rooms.hear(Hint(name, "room:expel", {"account_id": str(taro)}))
        site.hub.rooms.hear(new(room, 60))
        await site.eventually(lambda: len(one.box) == 60)
        assert [data["sequence"] for _, data in one.heard()] == list(range(1, 61))
        assert [data["sequence"] for _, data in two.heard()] == list(range(1, 60))
        # put out while being asked whether one may enter
        site.talk.opened.clear()
        joining = asyncio.create_task(answer(site.hub, two, {}, "room:join", {"room": name}))
        await asyncio.sleep(0.05)
        assert site.talk.members
        site.talk.members[room].remove(taro)
        site.hub.rooms.hear(Hint(name, "room:expel", {"account_id": str(taro)}))
        site.talk.opened.set()
        assert (await joining)["error"]["reason"] == "live.room_not_found"
        # more hints at once than a room holds: the members are told that some are lost
        for number in range(WAITING_HINTS + 30):
            site.hub.rooms.hear(new(room, number))
        await site.eventually(lambda: not site.hub._tasks)
        assert one.heard()[0] == ("live:gap", {"dropped": WAITING_HINTS + 30 - 256})
        assert 'outcome="dropped"} 745.0' in (await site.metrics.exposition(None, ())).decode()
        # put out without any hint of it: seen now and then, whatever happens to another one's rooms
        site.hub.rooms.join(two, name)
        site.hub.rooms.join(one, f"kitchen:{room}")
        await site.hub.keep_rooms()
        assert name in two.rooms
        site.hub._rooms_seen_at -= SETTINGS.rooms_seconds
        await site.hub.keep_rooms()
        assert (name in one.rooms, name in two.rooms) == (True, False)
        # what the account may do is as fresh as the last look at it; the profile stays the connection's
        one.actor = msgspec.structs.replace(one.actor, permissions=frozenset({"case.mediate"}), profile_id=room)
        await site.hub.watch()
        assert (one.actor.permissions, one.actor.profile_id) == (frozenset(), room)
        # who leaves while devices are kept is said to have left once more
        site.present.noted.clear()
        site.present.on_stayed = lambda: site.hub.leave(two)
        await site.hub.keep_devices()
        await site.eventually(lambda: site.present.noted == [("left", taro)] * 2)
        site.hub.leave(one)
        site.hub.leave(one)
        site.hub.leave(two)
        assert not site.hub.rooms._channels


async def test_who_is_out_of_a_room_hears_nothing_though_no_hint_said_so(kernel: KernelHall) -> None:
    mira, taro, nia, room = (ids.new() for _ in range(4))
    members = {mira, taro}
    async with live(kernel.runner, settings=msgspec.structs.replace(SETTINGS, watch_seconds=60), members={room: members}) as site:
        one, two, three = [await Ear.of(site, account) for account in (mira, taro, nia)]
        for ear in (one, two):
            await answer(site.hub, ear, {}, "room:join", {"room": f"conversation:{room}"})
        members.remove(taro)  # the process that did it has died before it could tell
        site.talk.loaded.clear()
        site.hub.rooms.hear(new(room, 1))
        await site.eventually(lambda: site.talk.loaded._waiters)
        members.add(nia)  # comes in while it is asked who may hear the first
        await answer(site.hub, three, {}, "room:join", {"room": f"conversation:{room}"})
        site.talk.loaded.set()
        site.hub.rooms.hear(new(room, 2))
        await site.eventually(lambda: not site.hub._tasks)
        assert [[data["sequence"] for _, data in ear.heard()] for ear in (one, two, three)] == [[1, 2], [], [2]]
        assert two.rooms == {two.own_room}


async def test_typing_ends(kernel: KernelHall) -> None:
    mira, taro, room = ids.new(), ids.new(), ids.new()
    settings = msgspec.structs.replace(SETTINGS, watch_seconds=60, passing_seconds=0.05)
    async with live(kernel.runner, settings=settings) as site:
        one, two = await Ear.of(site, mira), await Ear.of(site, taro)
        await answer(site.hub, one, {}, "room:join", {"room": f"conversation:{room}"})

        async def says(*, is_typing: bool) -> None:
            data: dict[str, object] = {"conversationId": str(room), "isTyping": is_typing}
            await answer(site.hub, two, WIRING.signals, "conversation:typing", data)

        def heard() -> list[str]:
            return [data["isTyping"] for _, data in one.heard()]

        # by itself, whatever has become of who types; said again it begins anew; said to be over it is over once
        for is_typing in (True, True, True, False, True):
            await says(is_typing=is_typing)
        await site.eventually(lambda: len(one.box) == 6)
        assert heard() == ["1", "1", "1", "0", "1", "0"]
        # at once when the connection leaves, unless it was said before
        site.hub.rooms._seconds = 60
        await says(is_typing=True)
        site.hub.leave(two)
        await site.eventually(lambda: len(one.box) == 2)
        assert heard() == ["1", "0"]
        two = await Ear.of(site, taro)
        for is_typing in (True, False):
            await says(is_typing=is_typing)
        site.hub.leave(two)
        # with the last listener the timers go
        await says(is_typing=True)
        await site.eventually(lambda: len(one.box) == 3)
        (timer,) = site.hub.rooms._channels[f"conversation:{room}"].passing.values()
        site.hub.leave(one)
        assert timer.cancelled()
        assert heard() == ["1", "0", "1"]


async def test_lost_hints_are_made_up_for(kernel: KernelHall) -> None:
    mira, taro, room = ids.new(), ids.new(), ids.new()
    settings = msgspec.structs.replace(SETTINGS, watch_seconds=60)
    async with live(kernel.runner, settings=settings, fanout=PostgresFanout(kernel.dsn), members={room: {mira, taro}}) as site:
        await site.eventually(lambda: site.hub._fanout.is_up)
        one, two = await Ear.of(site, mira), await Ear.of(site, taro)
        for ear in (one, two):
            await answer(site.hub, ear, {}, "room:join", {"room": f"conversation:{room}"})
        await site.hub.keep_rooms()
        assert one.heard() == []
        assert site.talk.members
        site.talk.members[room].remove(taro)  # and the hint is lost with the connection
        await kernel.pool.execute(CUT)
        await site.eventually(lambda: not site.hub._fanout.is_up)
        await site.eventually(lambda: site.hub._fanout.is_up)
        await site.hub.keep_rooms()
        await site.hub.keep_rooms()
        assert one.heard() == two.heard() == [("live:gap", {"dropped": None})]
        site.hub.rooms.hear(new(room, 1))
        await site.eventually(lambda: len(one.box))
        assert two.heard() == []
    assert MemoryFanout().rounds == 0


async def test_a_slow_client_holds_up_nobody(kernel: KernelHall, monkeypatch: pytest.MonkeyPatch) -> None:
    mira, taro, room = ids.new(), ids.new(), ids.new()
    count, text = 600, "x" * 40_000
    async with live(kernel.runner) as site:
        fast = await Ear.of(site, taro)
        site.hub.rooms.join(fast, f"conversation:{room}")
        fast.box = Box(count)
        url = f"{site.base}/socket.io/?EIO=4&transport=websocket"
        async with site.session.ws_connect(url, max_msg_size=0) as slow:
            assert (await slow.receive_str()).startswith("0")
            await slow.send_str(f'40{{"token":"{token(mira)}"}}')
            assert (await slow.receive_str()).startswith("40")
            await slow.send_str(f'420["room:join",{{"room":"conversation:{room}"}}]')
            assert (await slow.receive_str()).startswith("430")
            for number in range(1, count + 1):  # 24 MB, more than lies on the way
                site.hub.rooms.hear(new(room, number, text))
            await site.eventually(lambda: len(fast.box) == count)
            client = next(one for one in site.sockets.clients.values())
            assert client.box.dropped > 0
            assert len(client.box) <= 257
            numbers, dropped = [], 0
            while not numbers or numbers[-1] < count:
                message = await asyncio.wait_for(slow.receive(), 10)
                assert message.type is aiohttp.WSMsgType.TEXT
                event, data = msgspec.json.decode(message.data[2:])
                if event == "live:gap":
                    dropped += data["dropped"]
                else:
                    numbers.append(data["sequence"])
            assert numbers == sorted(numbers)
            assert len(numbers) + dropped == count
            monkeypatch.setattr(socket_client, "MOST_IN_LANE", -1)
            await slow.send_str('421["room:leave",{}]')
            while (await asyncio.wait_for(slow.receive(), 10)).type is aiohttp.WSMsgType.TEXT:
                pass
            await site.eventually(lambda: client.id not in site.hub.clients)
