"""Asking, accepting, rejecting, withdrawing, removing."""

from datetime import timedelta

import msgspec
import pytest

from skillhall.connections.commands.accept import accept_connection
from skillhall.connections.commands.reject import reject_connection
from skillhall.connections.commands.remove import remove_connection
from skillhall.connections.commands.request import request_connection
from skillhall.connections.commands.withdraw import withdraw_connection
from skillhall.connections.model.connection import AskToConnect
from skillhall.connections.model.refusals import (
    AddressNotVerified,
    AlreadyConnected,
    AskedTooSoon,
    ConnectionNotFound,
    NotYoursToDecide,
    OneselfMeant,
    ProfileNotShown,
    WrongState,
)
from skillhall.connections.queries.connections import connection_view
from skillhall.identity.api import AccountNotActive
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.profiles.api import ProfileNotFound, hide
from tests.connections.builders import ask, connect, people, profile_of, said, states, tally
from tests.profiles.builders import BLOCK, SUSPEND, another, in_turn


async def test_a_request_is_accepted(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    asked = await ask(tx, ada, ben, "  We met at the workshop. ")
    assert (asked.status, asked.direction, asked.profile.display_name, asked.message) == (
        "pending", "outgoing", "Ben", "We met at the workshop.",
    )  # fmt: skip
    assert (asked.requester_profile_id, asked.addressee_profile_id) == (ada.profile_id, ben.profile_id)
    assert (await ask(tx, ada, ben, "Again!")) == asked
    yes = await accept_connection(in_turn(tx), ben, asked.id)
    assert (yes.status, yes.direction, yes.profile.display_name, yes.connected_at) == ("accepted", "incoming", "Ada", yes.updated_at)
    assert await accept_connection(in_turn(tx), ben, asked.id) == yes
    assert (await tally(tx, ada), await tally(tx, ben)) == ((1, 0, 0), (1, 0, 0))
    assert said(tx) == ["requested", "accepted"]
    with pytest.raises(AlreadyConnected):
        await ask(tx, ben, ada)


async def test_asking_each_other_connects(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    first = await ask(tx, ada, ben)
    both = await ask(tx, ben, ada)
    assert (both.id, both.status, await states(tx)) == (first.id, "accepted", ["accepted"])
    assert (said(tx), await tally(tx, ben)) == (["requested", "accepted"], (1, 0, 0))


async def test_a_rejected_one_asks_again_after_thirty_days(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    asked = await ask(tx, ada, ben)
    no = await reject_connection(in_turn(tx), ben, asked.id)
    assert (no.status, no.ask_again_at, await reject_connection(in_turn(tx), ben, asked.id)) == ("rejected", None, no)
    assert (await connection_view(tx, asked.id, ada)).ask_again_at is not None
    with pytest.raises(AskedTooSoon):
        await ask(tx, ada, ben)
    with pytest.raises(WrongState):
        await accept_connection(in_turn(tx), ben, asked.id)
    with pytest.raises(WrongState):
        await remove_connection(in_turn(tx), ada, asked.id)
    tx.now += timedelta(days=30)
    assert ((await ask(tx, ada, ben)).status, said(tx)) == ("pending", ["requested", "rejected", "requested"])


async def test_a_withdrawn_one_was_never_made(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    asked = await ask(tx, ada, ben)
    with pytest.raises(NotYoursToDecide):
        await withdraw_connection(in_turn(tx), ben, asked.id)
    assert (await withdraw_connection(in_turn(tx), ada, asked.id)).status == "withdrawn"
    for act in (accept_connection, reject_connection, remove_connection, connection_view):
        with pytest.raises(ConnectionNotFound):
            await (act(tx, asked.id, ben) if act is connection_view else act(in_turn(tx), ben, asked.id))  # type: ignore[arg-type]
    with pytest.raises(AskedTooSoon):
        await ask(tx, ada, ben)
    assert (await ask(tx, ben, ada)).direction == "outgoing"


async def test_deleting_means_what_the_state_allows(tx: Tx) -> None:
    ada, ben, cleo = await people(tx, "Ada", "Ben", "Cleo")
    connected = await connect(tx, ada, ben)
    assert (await remove_connection(in_turn(tx), ben, connected.id)).deleted
    assert (await states(tx), await tally(tx, ada), await tally(tx, ben)) == ([], (0, 0, 0), (0, 0, 0))
    with pytest.raises(ConnectionNotFound):
        await remove_connection(in_turn(tx), ada, connected.id)
    for who, state in ((ada, "withdrawn"), (cleo, "rejected")):
        asked = await ask(tx, ada, cleo)
        await remove_connection(in_turn(tx), who, asked.id)
        assert await states(tx) == [state]
        tx.now += timedelta(days=1)
    assert said(tx)[-5:] == ["removed", "requested", "withdrawn", "requested", "rejected"]


async def test_nobody_connects_to_themselves(tx: Tx) -> None:
    (ada,) = await people(tx, "Ada")
    other = await another(tx, ada)
    for profile_id in (profile_of(ada), other.id):
        with pytest.raises(OneselfMeant):
            await request_connection(in_turn(tx), ada, AskToConnect(profile_id=profile_id))
    assert await states(tx) == []


async def test_who_cannot_be_seen_cannot_be_asked(tx: Tx) -> None:
    ada, ben, cleo, dora = await people(tx, "Ada", "Ben", "Cleo", "Dora")
    waiting = await ask(tx, cleo, ada)
    await tx.run(BLOCK, ben.account_id, ada.account_id)
    await tx.run(SUSPEND, cleo.account_id)
    await hide(in_turn(tx), profile_of(dora), Actor.of("moderation", "Spam."), "Spam.")
    for who in (ben, cleo, dora, Actor(profile_id=ids.new())):
        with pytest.raises(ProfileNotFound):
            await ask(tx, ada, who)
    with pytest.raises(ProfileNotFound):
        await ask(tx, ben, ada)
    with pytest.raises(ProfileNotFound):
        await accept_connection(in_turn(tx), ada, waiting.id)
    with pytest.raises(ConnectionNotFound):
        await connection_view(tx, waiting.id, ada)
    with pytest.raises(ProfileNotShown):
        await ask(tx, dora, ada)
    assert await states(tx) == ["pending"]
    assert (await reject_connection(in_turn(tx), ada, waiting.id)).status == "rejected"


async def test_a_message_needs_a_proven_address(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    unproven = msgspec.structs.replace(ada, email_verified=False)
    with pytest.raises(AddressNotVerified):
        await ask(tx, unproven, ben, "Hello stranger!")
    assert await states(tx) == []
    assert (await ask(tx, unproven, ben)).status == "pending"


async def test_a_suspended_caller_binds_nobody(tx: Tx, monkeypatch: pytest.MonkeyPatch) -> None:
    """Suspended between the look and the lock: the account's row has the last word."""
    ada, ben = await people(tx, "Ada", "Ben")
    asked = await ask(tx, ben, ada)

    async def seen_before(*_: object) -> None:
        await tx.run(SUSPEND, ben.account_id)

    monkeypatch.setattr("skillhall.connections.commands.accept.reached", seen_before)
    with pytest.raises(AccountNotActive):
        async with tx.savepoint():
            await accept_connection(in_turn(tx), ada, asked.id)
    assert (await states(tx), await tally(tx, ada)) == (["pending"], (0, 0, 0))


async def test_faces_connect_for_themselves(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    mentor = msgspec.structs.replace(ada, profile_id=(await another(tx, ada)).id)
    first = await ask(tx, ada, ben)
    second = await ask(tx, mentor, ben)
    assert (first.id != second.id, second.requester_profile_id) == (True, mentor.profile_id)
    assert (await withdraw_connection(in_turn(tx), ada, second.id)).status == "withdrawn"
    assert sorted(await states(tx)) == ["pending", "withdrawn"]
