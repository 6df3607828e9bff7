"""Two members talk: opened, written, read, edited, taken back, caught up after an absence, hidden and ended."""

import asyncio
from typing import Any

from skillhall.kernel import ids
from tests.journeys.test_connections import profile_id
from tests.support.client import Client
from tests.support.server import Served


async def open_talk(one: Client, other: Client) -> dict[str, Any]:
    """Open the conversation of two people."""
    return (await one.post("/conversations", {"profileId": await profile_id(other)}, expect=201)).data


async def write(client: Client, conversation: dict[str, Any], text: str, **fields: Any) -> dict[str, Any]:
    """Send a message."""
    body = {"content": text, "clientId": str(ids.new()), **fields}
    return (await client.post(f"/conversations/{conversation['id']}/messages", body, expect=201)).data


async def contents(client: Client, conversation: dict[str, Any], query: str = "") -> list[str]:
    """Return what a page of messages says."""
    return [one["content"] for one in (await client.get(f"/conversations/{conversation['id']}/messages{query}")).data]


async def test_two_members_talk(served: Served):
    ada, ben, eve = [await served.person() for _ in range(3)]
    talk = await open_talk(ada, ben)
    path = f"/conversations/{talk['id']}"
    assert (await open_talk(ben, ada))["id"] == talk["id"]
    assert (await ben.get("/conversations")).data == []
    hello = await write(ada, talk, "Hello!", clientId="hello-1")
    answers = await asyncio.gather(*(write(ada, talk, "Hello!", clientId="hello-1") for _ in range(4)))
    assert {answer["id"] for answer in answers} == {hello["id"]}
    changed = await ada.post(f"{path}/messages", {"content": "Hello?", "clientId": "hello-1"}, expect=409)
    assert changed.reason == "messaging.other_content"
    (listed,) = (await ben.get("/conversations?isUnread=true&type=direct")).data
    assert (listed["unreadCount"], listed["lastMessage"]["content"], listed["title"]) == (
        1,
        "Hello!",
        talk["participants"][-1]["displayName"],
    )
    assert (await ben.get("/conversations/unread-count")).data == {"count": 1, "conversations": 1}
    assert (await ben.patch(f"{path}/read", {"upToSequence": 1})).data["unreadCount"] == 0
    assert [one["lastRead"] for one in (await ada.get(path)).data["participants"]] == [1, 1]
    await write(ben, talk, "Hello yourself.", replyToId=hello["id"], type="text")
    assert (await ada.patch(f"{path}/read", {})).data["upToSequence"] == 2
    assert (await eve.call("GET", f"{path}/messages", expect=404)).reason == "messaging.conversation_not_found"
    assert (await eve.call("GET", f"/messages/{hello['id']}", expect=404)).reason == "messaging.message_not_found"
    assert (await eve.post(f"{path}/messages", {"content": "Me too!"}, expect=404)).reason == "messaging.conversation_not_found"
    wrong = await ada.post(f"{path}/messages", {"content": " ", "type": "poem"}, expect=400)
    assert [detail["field"] for detail in wrong.error["details"]] == ["content", "type"]
    await ben.post(f"/users/{ada.account_id}/block", expect=200)
    assert (await ada.post(f"{path}/messages", {"content": "Still there?"}, expect=404)).reason == "profiles.not_found"
    again = await ada.post("/conversations", {"profileId": await profile_id(ben)}, expect=404)
    assert again.reason == "profiles.not_found"
    assert await contents(ada, talk) == ["Hello yourself.", "Hello!"]


async def test_catching_up_after_an_absence(served: Served):
    ada, ben = await served.person(), await served.person()
    talk = await open_talk(ada, ben)
    first = await write(ada, talk, "One")
    await write(ada, talk, "Two")
    known = (await ben.get(f"/conversations/{talk['id']}")).data
    sent = [await write(ada, talk, text) for text in ("Three", "Four", "Five")]
    assert (await ada.put(f"/messages/{first['id']}", {"content": "Uno"})).data["isEdited"]
    assert (await ada.patch(f"/messages/{first['id']}", {"content": "Eins"})).data["content"] == "Eins"
    await ada.delete(f"/messages/{sent[1]['id']}")
    assert await contents(ben, talk, f"?after={known['lastSequence']}") == ["Three", "", "Five"]
    assert await contents(ben, talk, f"?changedAfter={known['lastRevision']}") == ["Eins", ""]
    assert await contents(ben, talk, "?limit=2") == ["Five", ""]
    assert await contents(ben, talk, "?before=3") == ["Two", "Eins"]
    assert (await ben.get(f"/messages/{sent[1]['id']}")).data["isDeleted"]
    assert (await ben.put(f"/messages/{first['id']}", {"content": "Mine"}, expect=403)).reason == "messaging.sender_only"
    gone = await ada.put(f"/messages/{sent[1]['id']}", {"content": "Back"}, expect=422)
    assert gone.reason == "messaging.deleted"


async def test_a_group_and_its_end(served: Served):
    ada, ben, cleo = [await served.person() for _ in range(3)]
    body = {"title": "Quartet", "userIds": [ben.account_id, cleo.account_id]}
    group = (await ada.post("/conversations", body, expect=201, key=str(ids.new()))).data
    path = f"/conversations/{group['id']}"
    assert (group["type"], group["participantCount"], group["role"]) == ("group", 3, "owner")
    assert (await ben.patch(path, {"title": "Trio"}, expect=403)).reason == "messaging.owner_only"
    assert (await ada.patch(path, {"title": "Trio"})).data["title"] == "Trio"
    await ben.delete(path)
    assert (await ben.post(f"{path}/messages", {"content": "One more thing"}, expect=422)).reason == "messaging.has_left"
    await ben.delete(path)
    assert (await ben.get("/conversations")).data == []
    await ada.delete(f"{path}?scope=all")
    assert (await cleo.call("GET", path, expect=404)).reason == "messaging.conversation_not_found"
    talk = await open_talk(ada, cleo)
    await write(ada, talk, "Hello")
    assert (await cleo.delete(f"/conversations/{talk['id']}?scope=all", expect=422)).reason == "messaging.group_only"
    await cleo.delete(f"/conversations/{talk['id']}")
    assert (await cleo.get("/conversations")).data == []
