"""A group and what surrounds its messages: people, own flags, reactions, files, search, presence, staff; and the sources' older doors."""

from typing import Any

import aiohttp

from skillhall.kernel import ids
from tests.journeys.test_connections import connect, profile_id
from tests.support.client import Client
from tests.support.server import Served


async def write(client: Client, conversation: dict[str, Any], text: str, **fields: Any) -> dict[str, Any]:
    """Send a message."""
    body = {"content": text, "clientId": str(ids.new()), **fields}
    return (await client.post(f"/conversations/{conversation['id']}/messages", body, expect=201)).data


async def names(client: Client, conversation: dict[str, Any]) -> set[str]:
    """Return the accounts that are in a conversation."""
    return {one["id"] for one in (await client.get(f"/conversations/{conversation['id']}/participants")).data}


async def a_file(client: Client) -> str:
    """Upload a text."""
    form = aiohttp.FormData({"purpose": "document"})
    form.add_field("file", b"First violin: Ada", filename="parts.txt", content_type="text/plain")
    headers = {"Authorization": f"Bearer {client.token}"}
    async with client.session.post(f"{client.base}/api/v1/files", data=form, headers=headers) as answer:
        assert answer.status == 201, await answer.text()
        return (await answer.json())["data"]["id"]


async def test_a_group(served: Served):
    ada, ben, cleo = [await served.person() for _ in range(3)]
    body = {"type": "group", "title": "Sunday quartet", "userIds": [ben.account_id]}
    group = (await ada.post("/conversations", body, expect=201)).data
    path = f"/conversations/{group['id']}"
    await write(ada, group, "Before Cleo came")
    assert (await ben.post(f"{path}/participants", {"userIds": [cleo.account_id]}, expect=403)).reason == "messaging.owner_only"
    added = (await ada.post(f"{path}/participants", {"profileIds": [await profile_id(cleo)]}, expect=200)).data
    assert {one["id"] for one in added["participants"]} == await names(ben, group) == {one.account_id for one in (ada, ben, cleo)}
    assert [one["code"] for one in (await cleo.get(f"{path}/messages")).data] == ["messaging.members_added"]
    assert (await ada.post(f"{path}/participants", {}, expect=400)).error["details"][0]["field"] == "profileIds"

    file_id = await a_file(ada)
    sent = await write(ada, group, "The rehearsal is at Café Central", attachments=[{"fileId": file_id}])
    assert (sent["type"], sent["attachments"][0]["name"], sent["attachments"][0]["size"]) == ("file", "parts.txt", 17)
    await cleo.get(f"/files/{file_id}", allow_redirects=False)
    await ben.post(f"/messages/{sent['id']}/reactions", {"emoji": "👍"}, expect=200)
    liked = (await cleo.post(f"/messages/{sent['id']}/reactions", {"emoji": "👍"}, expect=200)).data
    assert [(one["emoji"], one["count"]) for one in liked["reactions"]] == [("👍", 2)]
    assert (await cleo.delete(f"/messages/{sent['id']}/reactions/%F0%9F%91%8D")).data["deleted"]
    wrong = await cleo.post(f"/messages/{sent['id']}/reactions", {"emoji": "fine"}, expect=400)
    assert wrong.error["details"][0]["code"] == "messaging.not_an_emoji"

    found = (await cleo.get("/messages/search?search=cafe%20rehears")).data
    assert [(one["message"]["id"], one["conversationTitle"]) for one in found] == [(sent["id"], "Sunday quartet")]
    assert (await cleo.get("/messages/search?search=before")).data == []
    assert (await (await served.person()).call("GET", f"/files/{file_id}", expect=404)).reason == "files.not_found"
    assert (await ada.get(f"/presence?accountIds={ben.account_id}")).data == {"online": []}

    kept = (await cleo.patch(f"{path}/participants/me", {"isFavorite": True, "isMuted": True})).data
    assert (kept["isFavorite"], kept["isMuted"], kept["isArchived"]) == (True, True, False)
    assert (await ada.delete(f"{path}/participants/{ben.account_id}")).data["deleted"]
    gone = await ben.post(f"{path}/messages", {"content": "Wait!"}, expect=422)
    assert gone.reason == "messaging.has_left"
    assert (await ada.call("DELETE", f"{path}/participants/{ben.account_id}", expect=404)).reason == "messaging.participant_not_found"
    await cleo.delete(f"{path}/participants/me")
    assert await names(ada, group) == {ada.account_id}


async def test_staff_stops_a_conversation(served: Served):
    ada, ben = await served.person(), await served.person()
    moderator = await served.staff("moderator")
    talk = (await ada.post("/conversations", {"userId": ben.account_id}, expect=201)).data
    path = f"/conversations/{talk['id']}"
    await write(ada, talk, "You know what.")
    assert (await ben.call("POST", f"{path}/flag", {"reason": "Rude."}, expect=403)).status == 403
    stopped = (await moderator.post(f"{path}/flag", {"reason": "Reported for harassment."}, expect=200)).data
    assert (stopped["type"], stopped["participantCount"]) == ("direct", 2)
    assert talk["id"] in [one["id"] for one in (await moderator.get("/admin/conversations/flagged?limit=100")).data]
    assert (await ada.post(f"{path}/messages", {"content": "More."}, expect=422)).reason == "messaging.read_only"
    assert (await ben.get(path)).data["isFlagged"]
    assert (await moderator.call("GET", f"{path}/messages", expect=404)).reason == "messaging.conversation_not_found"
    await moderator.delete(f"{path}/flag")
    await write(ada, talk, "Sorry.")


async def test_source_004(served: Served):
    ada, ben = [await served.person() for _ in range(2)]
    ada.root = ben.root = "/api"
    talk = (await ada.post("/messages/conversations", {"participantId": ben.account_id}, expect=201)).data
    body = {"conversationId": talk["id"], "content": "Is Saturday fine?", "type": "text"}
    sent = (await ada.post("/messages", body, expect=201)).data
    assert (sent["sequence"], sent["sender"]["id"]) == (1, ada.account_id)
    path = f"/messages/conversations/{talk['id']}/messages"
    answer = (await ben.post(path, {"content": "Yes."}, expect=201)).data
    assert [one["id"] for one in (await ada.get(path)).data] == [answer["id"], sent["id"]]
    assert [one["unreadCount"] for one in (await ada.get("/messages/conversations")).data] == [1]
    assert (await ada.put(f"/messages/{answer['id']}/read", {})).data == {
        "conversationId": talk["id"], "upToSequence": 2, "unreadCount": 0,
    }  # fmt: skip
    assert (
        await (await served.person()).call("PUT", f"/messages/{answer['id']}/read", {}, expect=404)
    ).reason == "messaging.message_not_found"


async def test_source_000(served: Served):
    owner, worker, other = [await served.person() for _ in range(3)]
    await connect(owner, other)
    talk = (await owner.get(f"/chat/conversations/direct/{worker.account_id}")).data
    assert (await worker.get(f"/chat/conversations/direct/{owner.account_id}")).data["id"] == talk["id"]
    body = {"conversationId": talk["id"], "content": "Hello", "messageType": "text"}
    sent = (await owner.post("/chat/messages", body, expect=201)).data
    assert (await owner.put(f"/chat/messages/{sent['id']}", {"content": "Hello!"})).data["isEdited"]
    assert [one["content"] for one in (await worker.get(f"/chat/conversations/{talk['id']}/messages?limit=50")).data] == ["Hello!"]
    assert (await worker.post(f"/chat/conversations/{talk['id']}/read", expect=200)).data["unreadCount"] == 0
    await owner.delete(f"/chat/messages/{sent['id']}")
    people = {one["id"]: one["isOnline"] for one in (await owner.get("/user/chat/users")).data}
    assert people == {worker.account_id: False, other.account_id: False}

    group = (await owner.post("/chat/conversations/group", {"name": "Crew", "participantIds": [worker.account_id]}, expect=201)).data
    path = f"/chat/conversations/{group['id']}"
    await owner.post(f"{path}/participants", {"participantIds": [other.account_id]}, expect=200)
    assert len((await worker.get(f"{path}/participants")).data) == 3
    await owner.delete(f"{path}/participants/{other.account_id}")
    assert (await worker.put(f"{path}/participant", {"isArchived": True, "isFavorite": False, "isMuted": False})).data["isArchived"]
    assert [one["id"] for one in (await worker.get("/chat/conversations")).data] == [talk["id"]]
    moderator = await served.staff("moderator")
    await moderator.post(f"{path}/flag", {"reason": "A report."}, expect=200)
    await moderator.delete(f"{path}/flag")
    assert (await worker.delete(path)).data["deleted"]
    assert (await owner.delete(path)).data["deleted"]
    assert (await owner.call("GET", f"/conversations/{group['id']}", expect=404)).reason == "messaging.conversation_not_found"
