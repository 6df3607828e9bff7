"""The real socket.io-client against the live server."""

import msgspec
import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http.limits import Windows
from skillhall.kernel.http.problem import Busy
from tests.kernel.conftest import KernelHall
from tests.kernel.live.site import SETTINGS, live, token
from tests.live.node import Node, needs_node

pytestmark = [pytest.mark.npm, needs_node]


async def test_talking(kernel: KernelHall, browser: Node) -> None:
    mira, taro, eve, room = (ids.new() for _ in range(4))
    name = f"conversation:{room}"
    async with live(kernel.runner, members={room: {mira, taro}}) as site:
        # by websocket at once, and by polling first
        one = await browser.connected(site.base, token(mira))
        two = await browser.connected(site.base, token(taro), upgrade=True)
        outsider = await browser.connected(site.base, token(eve))
        assert (await one.fact("connect"))["transport"] == "websocket"
        assert (await two.fact("upgrade"))["transport"] == "websocket"
        assert await one.emit("room:join", {"room": name}) == {"room": name}
        assert await two.emit("room:join", {"room": name}) == {"room": name}
        # only members, on joining and on each event; and what is malformed is said
        for event, data in (("room:join", {"room": name}), ("message:send", {"conversationId": str(room), "content": "hi"})):
            assert (await outsider.emit(event, data))["error"]["reason"] == "live.room_not_found"
        wrong = await one.emit("message:send", {"conversationId": "17"})
        assert wrong["error"]["details"][0]["field"] == "conversationId"
        assert (await one.emit("room:join"))["error"]["details"][0]["code"] == "not_a_room"
        assert "of kind " in (await one.emit("room:join", {"room": f"kitchen:{room}"}))["error"]["details"][0]["message"]
        assert (await one.emit("message:send", "oops"))["error"]["message"] == "Must be an object."
        assert (await one.emit("message:sing", {}))["error"]["reason"] == "live.unknown_event"
        assert (await one.emit("message:send", {"conversationId": str(room), "content": "bug"}))["error"]["code"] == "INTERNAL_ERROR"
        no = await one.emit("message:send", {"conversationId": str(room), "content": "no"})
        assert no["error"]["reason"] == "sample.unsaid"
        assert no["error"]["params"] == {"text": "no"}
        # in order, to both, acknowledged; nothing of what was refused
        for number, text in enumerate(("नमस्ते, Grüße 🎉", "second", "third"), 1):
            told = await two.emit("message:send", {"conversationId": str(room), "content": text})
            assert told == {"sequence": number, "by": str(taro)}
        await one.until("message:new", 3)
        assert [said["content"] for said in one.heard("message:new")] == ["नमस्ते, Grüße 🎉", "second", "third"]
        await two.until("message:new", 3)
        # an event that clients are not shown, and one that cannot be loaded
        await one.emit("message:send", {"conversationId": str(room), "content": "secret"})
        await one.emit("message:send", {"conversationId": str(room), "content": "broken"})
        assert await one.until("live:gap") == {"dropped": 1}
        # who leaves hears no more, who is put out neither
        await one.emit("room:leave", {"room": name})
        assert site.talk.members
        site.talk.members[room].remove(taro)

        async def expel(tx: Tx) -> None:
            tx.hint(name, "room:expel", account_id=taro)
            tx.hint(name, "message:new", sequence=99, text="behind their back")

        await kernel.runner.run(expel, actor=Actor.of("test", "a test"))
        assert (await two.emit("conversation:typing", {"conversationId": str(room)}))["error"]["reason"] == "live.room_not_found"
        assert await one.emit("presence:list", {}) == {"online": [str(mira)]}
        assert len(one.heard("message:new")) == len(two.heard("message:new")) == 3
        assert outsider.names() == []
        # a device comes, stays and goes
        await site.eventually(lambda: len(site.present.kept) == 3)
        two.close()
        await site.eventually(lambda: ("left", taro) in site.present.noted)
        assert site.present.noted.index(("came", taro)) < site.present.noted.index(("left", taro))
        text = (await site.metrics.exposition(None, ())).decode()
        assert "skillhall_live_clients 2.0" in text
        assert 'skillhall_live_events_total{outcome="sent"} 8.0' in text


async def test_older_names(kernel: KernelHall, browser: Node) -> None:
    mira, taro, room = (ids.new() for _ in range(3))
    async with live(kernel.runner) as site:
        old, new = await browser.connected(site.base, token(mira)), await browser.connected(site.base, token(taro))
        await new.emit("room:join", {"room": f"conversation:{room}"})
        joined = await old.emit("join_conversation", str(room))
        assert joined == {"success": True, "data": {"room": f"conversation:{room}"}}
        assert await old.until("joined_conversation") == {"conversationId": str(room)}
        sent = await old.emit("send_message", {"conversation_id": str(room), "message": "hello"})
        assert sent["success"]
        assert sent["data"]["sequence"] == 1
        assert await old.until("new_message") == {"sequence": 1, "content": "hello"}
        old.tell("typing_start", str(room))
        assert (await old.until("user_typing"))["userId"] == str(mira)
        old.tell("typing", {"conversationId": str(room), "isTyping": False})
        old.tell("typing_stop", {"conversationId": str(room)})
        await old.until("user_stop_typing", 2)
        assert (await old.emit("mark_read", {"conversationId": str(room), "upToSequence": 0}))["data"][0]["text"] == "hello"
        assert (await old.emit("get_online_users"))["data"] == {"online": [str(mira)]}
        refused = await old.emit("join_conversation", "17")
        assert not refused["success"]
        assert (await old.until("error"))["reason"] == "http.invalid"
        # the older path speaks the older names from the start; others never get them
        at_path = await browser.connected(site.base, token(taro), path="/notifications-socket")
        await site.notice(taro, "a notice")
        assert (await at_path.until("new_notification"))["text"] == "a notice"
        await new.until("notification:new")
        await new.until("conversation:typing", 3)
        assert set(new.names()) == {"message:new", "conversation:typing", "notification:new"}
        await old.emit("leave_conversation", str(room))
        await new.emit("message:send", {"conversationId": str(room), "content": "gone"})
        await new.until("message:new", 2)
        assert len(old.heard("new_message")) == 1


async def test_who_may_connect_and_stay(kernel: KernelHall, browser: Node) -> None:
    mira, taro, login = (ids.new() for _ in range(3))
    async with live(kernel.runner, settings=msgspec.structs.replace(SETTINGS, clients_per_account=2, warning_seconds=5)) as site:
        for bad, reason in (
            (None, "http.sign_in_required"),
            ("nonsense", "http.token_invalid"),
            (token(mira, seconds=-5), "http.token_expired"),
            ("sk_key", "live.login_needed"),
        ):
            error = await browser.connect(site.base, bad, reconnection=False).fact("connect_error")
            assert error["data"]["reason"] == reason
            assert error["data"]["message"] == error["message"]
        profile = browser.connect(site.base, auth={"token": token(mira), "profileId": "x"}, reconnection=False)
        assert (await profile.fact("connect_error"))["data"]["details"][0]["field"] == "profileId"
        foreign = browser.connect(site.base, token(mira), extraHeaders={"Origin": "https://elsewhere.example"}, reconnection=False)
        await foreign.fact("connect_error")
        # a token that ends: told before, renewed, and over when not
        renewing, ending = [await browser.connected(site.base, token(mira, seconds=2)) for _ in range(2)]
        await renewing.until("auth:expiring")
        assert (await renewing.emit("auth:refresh", {"token": token(taro)}))["error"]["reason"] == "live.other_account"
        assert (await renewing.emit("auth:refresh", {}))["error"]["reason"] == "http.invalid"
        fresh = token(mira, login=login)
        assert (await renewing.emit("auth:refresh", {"token": fresh}))["expiresAt"].endswith("Z")
        assert (await ending.until("live:closed"))["reason"] == "http.token_expired"
        assert (await ending.fact("disconnect"))["reason"] == "io server disconnect"
        assert "disconnect" not in [fact["is"] for fact in renewing.facts]
        # the third device of one account ends the oldest
        others = [await browser.connected(site.base, fresh) for _ in range(2)]
        assert (await renewing.until("live:closed"))["reason"] == "live.too_many_clients"
        # a login that ends takes all its connections along
        site.gate.revoked.add(login)
        for one in others:
            assert (await one.until("live:closed"))["reason"] == "http.token_invalid"
            await one.fact("disconnect")
        await site.eventually(lambda: not site.hub.clients)


@pytest.mark.parametrize("upgrade", [False, True], ids=["websocket", "polling"])
async def test_what_passes_is_a_cut(kernel: KernelHall, browser: Node, *, upgrade: bool) -> None:
    async with live(kernel.runner) as site:
        site.gate.troubles = [Busy(retry_after=1), OSError("the database is away"), TimeoutError(), ZeroDivisionError()]
        one = await browser.connected(site.base, token(ids.new()), upgrade=upgrade)  # it tries until it is let in
        assert not site.gate.troubles
        assert not [fact for fact in one.facts if fact.get("data")]  # refused it would stay away; by polling a cut may be an error
        # what a connection is not made for is forgotten
        await site.eventually(lambda: len(site.sockets.server.manager.rooms["/"][None]) == 1)
        site.sockets._connects = Windows(1)
        two, three = [browser.connect(site.base, token(ids.new()), upgrade=upgrade) for _ in range(2)]
        await site.eventually(lambda: len(site.hub.clients) == 2)
        await site.eventually(lambda: any(fact["is"] == "disconnect" for fact in two.facts + three.facts))
        site.sockets._connects = Windows(100)
        for socket in (two, three):
            await socket.fact("connect")
        for socket in (one, two, three):
            socket.close()


async def test_limits_of_one_client(kernel: KernelHall, browser: Node) -> None:
    settings = msgspec.structs.replace(SETTINGS, rooms_per_client=2, events_per_second=2.0)
    async with live(kernel.runner, settings=settings) as site:
        one = await browser.connected(site.base, token(ids.new()))
        answers = [await one.emit("room:join", {"room": f"conversation:{ids.new()}"}) for _ in range(5)]
        assert "room" in answers[0]
        assert answers[1]["error"]["reason"] == "live.too_many_rooms"
        assert answers[-1]["error"]["reason"] == "http.rate_limited"
        # a connection that never says who it is goes; so does one whose server ends, and that one comes back by itself
        await site.sockets.sweep()
        await site.sockets.sweep()
        assert len(site.sockets.server.eio.sockets) == 1
        await site.hub.end()
        assert (await one.fact("disconnect"))["reason"] in {"transport close", "transport error"}
        await one.fact("disconnect", 2)
        one.close()
