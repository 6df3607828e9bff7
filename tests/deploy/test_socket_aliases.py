"""What older clients say and hear, in the words of ours."""

from typing import Any

import pytest

from skillhall.deploy.socket_aliases import WIRING, also, answers

ROOM = "0192f0c5-2f7b-7e55-bd2c-9a4f0f1d3f11"


@pytest.mark.parametrize(
    ("event", "given", "name", "data"),
    [
        ("join_conversation", [ROOM], "room:join", {"room": f"conversation:{ROOM}"}),
        ("leave_conversation", [{"conversationId": ROOM}], "room:leave", {"room": f"conversation:{ROOM}"}),
        ("typing_start", [ROOM], "conversation:typing", {"conversationId": ROOM, "isTyping": True}),
        ("typing_stop", [{"conversation_id": ROOM}], "conversation:typing", {"conversationId": ROOM, "isTyping": False}),
        ("typing", [{"conversationId": ROOM, "isTyping": False}], "conversation:typing", {"conversationId": ROOM, "isTyping": False}),
        ("typing", [{"conversationId": ROOM}], "conversation:typing", {"conversationId": ROOM, "isTyping": True}),
        ("mark_read", [ROOM], "message:read", {"conversationId": ROOM}),
        ("mark_read", [{"conversationId": ROOM, "upToSequence": 4}], "message:read", {"conversationId": ROOM, "upToSequence": 4}),
        ("get_online_users", [], "presence:list", {}),
    ],
)
def test_what_they_say(event: str, given: list[Any], name: str, data: dict[str, Any]) -> None:
    assert WIRING.older[event](given) == (name, data)


def test_a_message_of_theirs() -> None:
    name, data = WIRING.older["send_message"]([{"conversation_id": ROOM, "message": "hi", "messageType": "text", "attachments": []}])
    assert name == "message:send"
    assert data.pop("clientId")
    assert data == {"conversationId": ROOM, "content": "hi", "type": "text", "attachments": []}
    assert WIRING.older["send_message"]([{"conversationId": ROOM, "content": "x", "clientId": "7"}])[1]["clientId"] == "7"
    assert WIRING.older["send_message"]([])[1]["conversationId"] is None  # and is refused as such


def test_what_they_hear() -> None:
    assert [name for name, _ in also("message:new", {})] == ["new_message"]
    assert [name for name, _ in also("message:read", {})] == ["messages_read"]
    told = also("conversation:typing", {"accountId": "a", "isTyping": "1"})
    assert told == (("user_typing", {"accountId": "a", "isTyping": "1", "userId": "a"}),)
    assert also("conversation:typing", {"accountId": "a", "isTyping": "0"})[0][0] == "user_stop_typing"
    assert [name for name, _ in also("presence", {"accountId": "a", "isOnline": True})] == ["user_online", "user_status_change"]
    assert [name for name, _ in also("presence", {"accountId": "a", "isOnline": False})] == ["user_offline", "user_status_change"]
    assert [name for name, _ in also("conversation:updated", {"change": "deleted"})] == ["conversation_deleted", "conversation_updated"]
    assert [name for name, _ in also("conversation:updated", {})] == ["conversation_updated"]
    assert also("session:state_change", {"status": "paused"}) == (("session:timer_update", {"status": "paused"}),)
    assert also("message:changed", {}) == ()
    assert answers("join_conversation", {"room": f"conversation:{ROOM}"}, {}) == (("joined_conversation", {"conversationId": ROOM}),)
    assert answers("mark_read", {}, {"error": {"reason": "no"}}) == (("error", {"reason": "no"}),)
    assert answers("mark_read", {}, {}) == ()
