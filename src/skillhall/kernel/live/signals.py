"""What clients say: each event is counted, checked for membership and acted on in one transaction; the answer is its acknowledgment.

Which event goes to which kind of room, and the second names of older clients, are data that `deploy` gives (`Wiring`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import asyncpg
import msgspec
import structlog
from msgspec import Struct

from skillhall.kernel import ids
from skillhall.kernel.db.tx import Facts, Tx
from skillhall.kernel.events import Hint
from skillhall.kernel.http.problem import Bug, Busy, error_body, is_transient
from skillhall.kernel.http.storable import OutOfRange, examine
from skillhall.kernel.live.client import Client, expiry
from skillhall.kernel.live.hub import Hub
from skillhall.kernel.refusals import FieldError, Forbidden, Invalid, NotFound, Refusal, Refused
from skillhall.kernel.shapes import maybe_instant

log = structlog.get_logger("skillhall.live")
Payload = dict[str, object]


class RoomNotFound(NotFound):
    """There is no such room, or none the caller belongs in."""

    code = "live.room_not_found"
    message = "There is no such room, or you are not in it."


class UnknownEvent(NotFound):
    """Clients have no event of this name."""

    code = "live.unknown_event"
    message = "There is no event called {event}."


class TooManyRooms(Refused):
    """One client is in more rooms than anybody looks at."""

    code = "live.too_many_rooms"
    message = "One connection enters at most {limit} rooms; leave some."


class OtherAccount(Forbidden):
    """A connection stays with the account it was opened for."""

    code = "live.other_account"
    message = "This token is another account's: open a new connection for it."


class Signal(Struct, frozen=True):
    """Where a client's event goes: to the room of this kind whose id is in the field; without a field, to that of the caller's account.

    `passing` is the id, in the hints of this name, of a state that ends by itself (see `Rooms`).
    """

    kind: str
    field: str | None = None
    passing: str = ""


class Wiring(Struct, frozen=True, kw_only=True):
    """The names of the live wire.

    `older` turns an older client's event (its arguments) into ours. `also` says what of ours such a client gets besides, and `answers`
    what it gets for an event of its own (old name, what it said, our answer). `numbered` is the event that has a place in the backlog.
    """

    signals: Mapping[str, Signal]
    older: Mapping[str, Callable[[Sequence[object]], tuple[str, Payload]]] = {}
    also: Callable[[str, Any], Sequence[tuple[str, object]]] = lambda _name, _data: ()
    answers: Callable[[str, Payload, Any], Sequence[tuple[str, object]]] = lambda _name, _data, _answer: ()
    numbered: str = ""

    @property
    def passing(self) -> Mapping[str, str]:
        """The events of states that pass, with the id that is "1" while one lasts."""
        return {name: signal.passing for name, signal in self.signals.items() if signal.passing}


async def answer(hub: Hub, client: Client, signals: Mapping[str, Signal], event: str, said: object, address: str = "") -> Any:  # noqa: ANN401
    """Act on one event of a client; return what acknowledges it, `{"error": …}` for a refusal."""
    try:
        client.allowance.take()
        data = _payload(said)
        if event == "room:join":
            return await _join(hub, client, data)
        if event == "room:leave":
            name = _room_name(hub, data)
            if name != client.own_room:
                hub.rooms.part(client, name)
            return {"room": name}
        if event == "auth:refresh":
            return await _refresh(hub, client, data)
        return await _act(hub, client, signals.get(event), event, data, address)
    except Refusal as refusal:
        return {"error": error_of(refusal)}
    except Exception as error:  # noqa: BLE001 - the edge is where everything unforeseen ends
        return {"error": error_of(unforeseen(event, error))}


async def _join(hub: Hub, client: Client, data: Payload) -> Payload:
    name = _room_name(hub, data)
    kind, _, text = name.partition(":")
    room = hub.rooms.kinds[kind]
    if name == client.own_room:
        return {"room": name}
    while True:
        seen = hub.rooms.expelled
        if not await room.may_enter(await hub.runner.read(), client.actor, UUID(text)):
            raise RoomNotFound
        if hub.rooms.expelled == seen:  # or somebody was put out of a room meanwhile, perhaps this caller out of this one
            break
    if len(client.rooms) >= hub.settings.rooms_per_client:
        raise TooManyRooms(limit=hub.settings.rooms_per_client)
    if client.id in hub.clients:
        hub.rooms.join(client, name)
    return {"room": name}


async def _refresh(hub: Hub, client: Client, data: Payload) -> Payload:
    token = data.get("token")
    if not isinstance(token, str):
        raise Invalid(FieldError("token", "body", "missing", "Send the new access token as `token`."))
    actor = await hub.gate.admit(await hub.runner.read(), token)
    if actor.account_id != client.actor.account_id or actor.login_id is None:
        raise OtherAccount
    client.renew(actor, token, hub.runner.house.config)
    return {"expiresAt": maybe_instant(expiry(hub.runner.house.config, token))}


async def _act(hub: Hub, client: Client, signal: Signal | None, event: str, data: Payload, address: str) -> Any:  # noqa: ANN401
    room = None if signal is None else hub.rooms.kinds.get(signal.kind)
    if signal is None or room is None:
        raise UnknownEvent(event=event[:80])
    examine(msgspec.json.encode(data))  # as a body would be
    data = dict(data)
    id_ = client.actor.account_id if signal.field is None else _id(signal.field, data.pop(signal.field, None))

    async def work(tx: Tx) -> tuple[object, list[Hint | None]]:
        if not await room.may_enter(tx, client.actor, id_):
            raise RoomNotFound
        told = cast("object", msgspec.to_builtins(await room.heard(tx, client.actor, id_, event, data)))
        return told, [hub.rooms.end_of(hint) for hint in tx.hints if hint.name == event]

    facts = Facts(request_id=str(ids.new()), address=address, operation=event)
    told, ends = await hub.runner.run(work, actor=client.actor, facts=facts)
    if signal.passing:
        client.last_word = ends[-1] if ends else None
    return told


def _payload(said: object) -> Payload:
    if not isinstance(said, dict):
        raise Invalid(FieldError("", "body", "wrong_type", "Must be an object."))
    return cast("Payload", said)


def _room_name(hub: Hub, data: Payload) -> str:
    name = data.get("room")
    kind, _, text = name.partition(":") if isinstance(name, str) else ("", "", "")
    if kind not in hub.rooms.kinds:
        kinds = ", ".join(sorted(hub.rooms.kinds))
        raise Invalid(FieldError("room", "body", "not_a_room", f'Must name a room as "<kind>:<id>", of kind {kinds}.'))
    return f"{kind}:{_id('room', text)}"


def _id(field: str, value: object) -> UUID:
    try:
        return UUID(value if isinstance(value, str) else "")
    except ValueError as error:
        raise Invalid(FieldError(field, "body", "not_an_id", "Must be an id (UUID).")) from error


def error_of(refusal: Refusal) -> Payload:
    """Return a refusal as acknowledgments carry it: the `error` of the HTTP envelope."""
    return cast("Payload", msgspec.to_builtins(error_body(refusal), enc_hook=str))


def unforeseen(event: str, error: Exception) -> Refusal:
    """Return what a client is told of an exception that is no refusal, and log it."""
    if isinstance(error, asyncpg.DataError):
        return OutOfRange()
    if is_transient(error) or isinstance(error, TimeoutError):
        log.warning("unavailable", signal=event, error=repr(error))
        return Busy(retry_after=1)
    log.error("bug", signal=event, exc_info=error)
    return Bug()
