"""The names of the live wire: which client event goes to which kind of room, and the second names of clients of older systems.

Older names are answered only to a connection that has itself sent one, or that connects at an older path.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from skillhall.kernel import ids
from skillhall.kernel.live.signals import Payload, Signal, Wiring

Translation = Callable[[Sequence[object]], tuple[str, Payload]]
CONVERSATION: Final = Signal("conversation", "conversationId")
SIGNALS: Final[Mapping[str, Signal]] = {
    "message:send": CONVERSATION,
    "message:read": CONVERSATION,
    "conversation:typing": Signal("conversation", "conversationId", passing="is_typing"),
    "presence:list": Signal("user"),
}
SAME: Final[Mapping[str, str]] = {
    "message:new": "new_message",
    "message:read": "messages_read",
    "notification:new": "new_notification",
    "conversation:updated": "conversation_updated",
    "session:state_change": "session:timer_update",
}
CHANGES: Final[Mapping[str, str]] = {
    "participants_added": "participants_added",
    "participant_removed": "participant_removed",
    "deleted": "conversation_deleted",
}
"""What `change` of a `conversation:updated` was called."""
KEPT: Final = ("attachments", "replyToId", "clientId")


def _given(arguments: Sequence[object]) -> Payload:
    """Return an older client's first argument: an object, or the conversation's id alone."""
    first = arguments[0] if arguments else None
    if isinstance(first, dict):
        data = cast("Payload", first)
        return {"conversationId": data.get("conversationId", data.get("conversation_id")), **data}
    return {"conversationId": first}


def _room(event: str) -> Translation:
    def translate(arguments: Sequence[object]) -> tuple[str, Payload]:
        return event, {"room": f"conversation:{_given(arguments)['conversationId']}"}

    return translate


def _send(arguments: Sequence[object]) -> tuple[str, Payload]:
    data = _given(arguments)
    sent: Payload = {"conversationId": data["conversationId"], "content": data.get("content", data.get("text", data.get("message")))}
    kind = data.get("type", data.get("messageType", data.get("message_type")))
    if kind is not None:
        sent["type"] = kind
    sent |= {key: data[key] for key in KEPT if data.get(key) is not None}
    sent.setdefault("clientId", str(ids.new()))  # an older client has none, and sends again as a new message
    return "message:send", sent


def _typing(*, is_typing: bool | None) -> Translation:
    def translate(arguments: Sequence[object]) -> tuple[str, Payload]:
        data = _given(arguments)
        told = is_typing if is_typing is not None else data.get("isTyping", data.get("is_typing", True))
        return "conversation:typing", {"conversationId": data["conversationId"], "isTyping": told}

    return translate


def _read(arguments: Sequence[object]) -> tuple[str, Payload]:
    data = _given(arguments)
    upto = data.get("upToSequence")
    return "message:read", {"conversationId": data["conversationId"], **({} if upto is None else {"upToSequence": upto})}


def _is(told: object) -> bool:
    """Read a truth value: of a hint's own ids it is text."""
    return told is True or told in {"1", "true", "True"}


def also(name: str, data: Any) -> Sequence[tuple[str, object]]:  # noqa: ANN401
    """Return what older clients call an event of ours, and what they get with it."""
    if name == "conversation:typing":
        old = "user_typing" if _is(data.get("isTyping")) else "user_stop_typing"
        return ((old, {**data, "userId": data.get("accountId")}),)
    if name == "presence":
        is_online = _is(data.get("isOnline"))
        about = {**data, "userId": data.get("accountId")}
        status = {**about, "status": "online" if is_online else "offline"}
        return (("user_online" if is_online else "user_offline", about), ("user_status_change", status))
    if name == "conversation:updated" and (change := CHANGES.get(str(data.get("change", "")))) is not None:
        return ((change, data), (SAME[name], data))
    return ((SAME[name], data),) if name in SAME else ()


def answers(name: str, data: Payload, answer: Any) -> Sequence[tuple[str, object]]:  # noqa: ANN401
    """Return what an older client gets for an event of its own, besides the acknowledgment."""
    if isinstance(answer, dict) and "error" in answer:
        return (("error", cast("Payload", answer)["error"]),)
    if name == "join_conversation":
        return (("joined_conversation", {"conversationId": str(data["room"]).partition(":")[2]}),)
    return ()


WIRING: Final = Wiring(
    signals=SIGNALS,
    older={
        "join_conversation": _room("room:join"),
        "leave_conversation": _room("room:leave"),
        "send_message": _send,
        "typing_start": _typing(is_typing=True),
        "typing_stop": _typing(is_typing=False),
        "typing": _typing(is_typing=None),
        "mark_read": _read,
        "get_online_users": lambda _arguments: ("presence:list", {}),
    },
    also=also,
    answers=answers,
    numbered="notification:new",
)
