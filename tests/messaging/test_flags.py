"""Own flags, and what staff stops."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec import convert

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.kernel.refusals import Invalid
from skillhall.kernel.shapes import ListQuery
from skillhall.messaging.commands.flag import flag_conversation, unflag_conversation
from skillhall.messaging.commands.rename import rename_group
from skillhall.messaging.commands.set_flags import set_flags
from skillhall.messaging.model.conversation import ConversationView, Rename
from skillhall.messaging.model.participation import FlagConversation, OwnFlags
from skillhall.messaging.model.refusals import ConversationNotFound, ReadOnly
from skillhall.messaging.queries.conversations import ConversationQuery, conversation_view, conversations_page
from skillhall.messaging.queries.flagged import flagged_page
from tests.messaging.talks import a_direct_talk, a_group, acting, hinted, write
from tests.profiles.builders import a_person


def flags(**fields: Any) -> OwnFlags:
    return convert(fields, OwnFlags)


def kept(view: ConversationView) -> tuple[bool, bool, bool, str | None]:
    return view.is_archived, view.is_favorite, view.is_muted, view.muted_until


async def test_one_keeps_a_conversation_for_oneself(tx: Tx) -> None:
    ada, ben, eve = [await a_person(tx, name) for name in ("Ada", "Ben", "Eve")]
    talk = await a_direct_talk(tx, ada, ben)
    await write(tx, ada, talk.id, "Hello")
    hinted(tx, "")
    view = await set_flags(acting(tx, ben), ben, talk.id, flags(isArchived=True, isFavorite=True))
    assert kept(view) == (True, True, False, None)
    assert [room for room, _ in hinted(tx, "conversation:updated")] == [f"user:{ben.account_id}"]
    assert (await conversations_page(tx, ben, ConversationQuery())).items == []
    view = await set_flags(acting(tx, ben), ben, talk.id, flags(isMuted=True, isArchived=False))
    assert kept(view)[:3] == (False, True, True)
    until = (tx.now + timedelta(hours=8)).isoformat()
    assert (await set_flags(acting(tx, ben), ben, talk.id, flags(mutedUntil=until))).is_muted
    view = await set_flags(acting(tx, ben), ben, talk.id, flags(isFavorite=False))
    assert (view.is_muted, view.is_favorite, view.muted_until is not None) == (True, False, True)
    tx.now += timedelta(hours=9)
    assert not (await conversation_view(tx, ben, talk.id)).is_muted
    await set_flags(acting(tx, ben), ben, talk.id, flags(isMuted=True))
    for silent in (flags(isMuted=False), flags(mutedUntil=None)):
        assert kept(await set_flags(acting(tx, ben), ben, talk.id, silent)) == (False, False, False, None)
    assert kept(await conversation_view(tx, ada, talk.id)) == (False, False, False, None)
    with pytest.raises(ConversationNotFound):
        await set_flags(acting(tx, eve), eve, talk.id, flags(isMuted=True))
    with pytest.raises(Invalid):
        flags(isMuted=False, mutedUntil=until)


async def test_staff_stops_a_conversation(tx: Tx) -> None:
    ada, ben, eve = [await a_person(tx, name) for name in ("Ada", "Ben", "Eve")]
    talk = await a_direct_talk(tx, ada, ben)
    await write(tx, ada, talk.id, "Hello")
    first = await flag_conversation(acting(tx, eve), eve, talk.id, FlagConversation(reason=" A report. "))
    again = await flag_conversation(acting(tx, eve), eve, talk.id, FlagConversation(reason="Another."))
    assert (first.reason, again, first.flagged_by, first.participant_count) == ("A report.", first, eve.account_id, 2)
    assert [one.id for one in (await flagged_page(tx, ListQuery())).items] == [talk.id]
    assert (await conversation_view(tx, ben, talk.id)).is_flagged
    with pytest.raises(ReadOnly):
        await write(tx, ben, talk.id, "Hi!")
    for _twice in range(2):
        assert (await unflag_conversation(acting(tx, eve), eve, talk.id)).deleted
    assert (await write(tx, ben, talk.id, "Hi!")).sequence == 2
    assert [entry.action for entry in tx.audits if entry.action.startswith("messaging")] == [
        "messaging.flag_conversation",
        "messaging.unflag_conversation",
    ]
    assert (await flagged_page(tx, ListQuery())).items == []
    with pytest.raises(ConversationNotFound):
        await flag_conversation(acting(tx, eve), eve, eve.account_id, FlagConversation(reason="Nothing."))


async def test_what_staff_has_stopped_keeps_its_title(tx: Tx) -> None:
    ada, ben, eve = [await a_person(tx, name) for name in ("Ada", "Ben", "Eve")]
    group = await a_group(tx, ada, ben)
    await flag_conversation(acting(tx, eve), eve, group.id, FlagConversation(reason="A report."))
    with pytest.raises(ReadOnly):
        await rename_group(acting(tx, ada), ada, group.id, Rename(title="Look at Ben"), Match(None))
    assert (await conversation_view(tx, ben, group.id)).title == "Quartet"
