"""Live: what happens reaches those it concerns, over a socket or a stream, at whichever process they are connected."""

import asyncio
import socket
import time
from typing import Any

import pytest

from skillhall.kernel import ids
from tests.journeys.test_connections import ask
from tests.journeys.test_messages import open_talk, write
from tests.support.server import Served
from tests.support.wire import stream, wire


async def test_two_members_talk_live(served: Served) -> None:
    ada, ben, eve = [await served.person() for _ in range(3)]
    talk = await open_talk(ada, ben)
    room, where = {"room": f"conversation:{talk['id']}"}, {"conversationId": talk["id"]}
    async with wire(ada) as one, wire(ben) as two, wire(ben) as phone, wire(eve) as other:
        for live in (one, two, phone):
            assert await live.emit("room:join", room) == room
        assert (await other.emit("room:join", room))["error"]["reason"] == "live.room_not_found"
        assert (await other.emit("message:send", {**where, "content": "Me too!"}))["error"]["reason"] == "live.room_not_found"
        assert (await one.emit("message:shout", where))["error"]["reason"] == "live.unknown_event"
        # said by socket and by request, heard on every device, once each; sent twice is one
        told = await one.emit("message:send", {**where, "content": "Hello!", "clientId": "hello-1"})
        assert (await one.emit("message:send", {**where, "content": "Hello!", "clientId": "hello-1"}))["id"] == told["id"]
        await write(ada, talk, "And by request.")
        for live in (two, phone):
            assert (await live.until("message:new", lambda said: said["sequence"] == 1))["content"] == "Hello!"
            assert (await live.until("message:new", lambda said: said["sequence"] == 2))["content"] == "And by request."
        wrong = await two.emit("message:send", {**where, "content": "\u0000"})
        assert wrong["error"]["details"][0]["field"] == "content"
        await two.emit("conversation:typing", {**where, "isTyping": True})
        assert (await one.until("conversation:typing"))["isTyping"] is True
        assert "error" not in await two.emit("message:read", where)
        assert (await one.until("message:read"))["upToSequence"] == 2
        await two.until("conversation:updated")
        assert "error" not in await one.emit("presence:list", {"accountIds": [ben.account_id]})
        await one.emit("room:leave", room)
        await write(ben, talk, "Are you still there?")
        await two.until("message:new", lambda said: said["sequence"] == 3)
        assert len([name for name in one.names() if name == "message:new"]) == 2
        assert not [name for name in other.names() if name.startswith(("message", "conversation"))]


def is_asked(notice: dict[str, Any]) -> bool:
    """Whether this is the connection's request; the welcome may come before or after."""
    return notice["type"] == "connections.requested"


async def test_older_clients_by_their_names(served: Served) -> None:
    ada, ben = await served.person(), await served.person()
    talk = await open_talk(ada, ben)
    async with wire(ada) as old, wire(ben) as new, wire(ben, path="notifications-socket") as notices:
        assert (await old.emit("join_conversation", talk["id"]))["success"]
        assert await old.until("joined_conversation") == {"conversationId": talk["id"]}
        await new.emit("room:join", {"room": f"conversation:{talk['id']}"})
        sent = await old.emit("send_message", {"conversationId": talk["id"], "content": "Hello!", "type": "text"})
        assert sent["data"]["content"] == "Hello!"
        assert (await old.until("new_message"))["id"] == (await new.until("message:new"))["id"]
        typing = {"conversationId": talk["id"], "isTyping": True}
        for event, given in (("typing_start", talk["id"]), ("typing_stop", talk["id"]), ("typing", typing)):
            assert (await old.emit(event, given))["success"]
        await new.emit("conversation:typing", {"conversationId": talk["id"], "isTyping": True})
        await old.until("user_typing", lambda who: who["userId"] == ben.account_id)
        await new.emit("message:read", {"conversationId": talk["id"]})
        await old.until("messages_read")
        assert (await old.emit("mark_read", talk["id"]))["success"]
        assert (await old.emit("get_online_users"))["success"]
        assert (await old.emit("leave_conversation", talk["id"]))["success"]
        await ask(ada, ben, expect=201)
        notice = await notices.until("new_notification", is_asked)
        assert notice == await new.until("notification:new", is_asked)
        assert not {"new_message", "user_typing", "new_notification"} & set(new.names())


async def test_a_stream_with_a_ticket_goes_on(served: Served) -> None:
    ada, ben = await served.person(), await served.person()
    bought = (await ben.post("/stream/tickets", expect=200)).data
    async with stream(ben, ticket=bought["ticket"]) as live:
        await ask(ada, ben, expect=201)
        first = await live.until("notification:new", is_asked)
        assert (await live.until("notification:unread-count"))["count"] >= 1
        seen = live.numbers[-1]
    refused = await ben.call("GET", f"/stream?ticket={bought['ticket']}", expect=401)
    assert refused.reason == "live.ticket_invalid"
    async with stream(ben, after=seen - 1) as again:
        assert (await again.until("notification:new"))["id"] == first["id"]
        assert again.numbers[0] == seen


async def test_a_login_that_ends_takes_its_connections_along(served: Served) -> None:
    ada = await served.person()
    async with wire(ada) as live, stream(ada) as other:
        started = time.monotonic()
        await ada.post("/auth/logout", expect=200)
        for one in (live, other):
            assert (await one.until("live:closed"))["reason"]
        await other.over()
        assert time.monotonic() - started < 20  # five seconds, on a machine that does nothing else
    with pytest.raises(PermissionError):
        async with wire(ada):
            pass


async def test_a_process_that_ends_lets_go_of_its_clients_at_once(served: Served) -> None:
    if served.upstreams:  # the same with more processes beside it; starting one more is dear
        return
    ada, ben = await served.person(), await served.person()
    talk = await open_talk(ada, ben)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        process = await served.start("serve", listening=listening)
    async with wire(ada, base=process.base) as live, stream(ada, base=process.base) as other:
        await live.emit("room:join", {"room": f"conversation:{talk['id']}"})
        await live.emit("message:send", {"conversationId": talk["id"], "content": "From the other process.", "clientId": str(ids.new())})
        assert (await live.until("message:new"))["content"] == "From the other process."
        started = time.monotonic()
        ending = asyncio.create_task(process.stop())
        await live.over()
        await other.over()
        await ending
        assert time.monotonic() - started < 8  # and not after the ten seconds requests are given
    served.processes.remove(process)
    known: list[Any] = (await ben.get(f"/conversations/{talk['id']}/messages")).data
    assert [one["content"] for one in known] == ["From the other process."]
