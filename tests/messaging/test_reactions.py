"""Reactions: what an emoji is, once each, and where nobody reacts."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Invalid
from skillhall.messaging.commands import react as reacting
from skillhall.messaging.commands.flag import flag_conversation
from skillhall.messaging.commands.react import react, take_back
from skillhall.messaging.model.participation import FlagConversation, TooManyReactions
from skillhall.messaging.model.reaction import NewReaction, is_emoji
from skillhall.messaging.model.refusals import MessageNotFound, ReadOnly
from tests.messaging.talks import a_direct_talk, acting, hinted, write
from tests.profiles.builders import BLOCK, a_person
from tests.support.hall import TestHall

GOOD = ["👍", "❤️", "❤", "🎉", "👩‍🚀", "🇩🇪", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👋🏽", "☺️", "‼", "©", "🫠", "👨‍👩‍👧‍👦", "⁉️"]
BAD = ["", "a", "👍👍", "👍 ", "1", "<b>", "ひ", "\u200d", "👩‍", "🇩", "💬x", "\U0001f3fb\u0000"]


def test_what_an_emoji_is() -> None:
    assert [text for text in GOOD if not is_emoji(text)] == []
    assert [text for text in BAD if is_emoji(text)] == []


@given(st.text(max_size=6))
@settings(max_examples=30, deadline=None)
def test_no_letter_is_an_emoji(text: str) -> None:
    assert not (is_emoji(text) and any(letter.isalpha() for letter in text))


async def test_reacting_once_and_taking_it_back(tx: Tx) -> None:
    ada, ben, cleo = [await a_person(tx, name) for name in ("Ada", "Ben", "Cleo")]
    talk = await a_direct_talk(tx, ada, ben)
    message = await write(tx, ada, talk.id, "Shall we play?")
    hinted(tx, "")
    first = await react(acting(tx, ben), ben, message.id, NewReaction(emoji="👍"))
    told = hinted(tx, "message:changed")
    again = await react(acting(tx, ben), ben, message.id, NewReaction(emoji="👍"))
    assert (len(told), hinted(tx, "message:changed"), again.revision) == (1, [], first.revision)
    tx.now += timedelta(seconds=1)
    await react(acting(tx, ada), ada, message.id, NewReaction(emoji="👍"))
    both = await react(acting(tx, ada), ada, message.id, NewReaction(emoji="🎉"))
    assert [(one.emoji, one.count, one.profile_ids) for one in both.reactions] == [
        ("👍", 2, [ben.profile_id, ada.profile_id]),
        ("🎉", 1, [ada.profile_id]),
    ]
    for _twice in range(2):
        assert (await take_back(acting(tx, ben), ben, message.id, "👍")).deleted
    left = await react(acting(tx, ada), ada, message.id, NewReaction(emoji="🎉"))
    assert [(one.emoji, one.count) for one in left.reactions] == [("👍", 1), ("🎉", 1)]
    assert both.revision is not None
    assert left.revision == both.revision + 1
    for wrong in ("x", "👍👍"):
        with pytest.raises(Invalid):
            await react(acting(tx, ben), ben, message.id, NewReaction(emoji=wrong))
    with pytest.raises(MessageNotFound):
        await react(acting(tx, cleo), cleo, message.id, NewReaction(emoji="👍"))
    await flag_conversation(acting(tx, cleo), cleo, talk.id, FlagConversation(reason="A report."))
    with pytest.raises(ReadOnly):
        await react(acting(tx, ben), ben, message.id, NewReaction(emoji="👍"))
    await tx.run(BLOCK, ada.account_id, ben.account_id)
    with pytest.raises(MessageNotFound):
        await react(acting(tx, ben), ben, message.id, NewReaction(emoji="👍"))


async def test_a_message_bears_so_many_kinds_however_many_come_at_once(hall: TestHall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reacting, "KINDS", 4)
    ada, ben = [await hall.work(a_person, name) for name in ("Ada", "Ben")]
    talk = await hall.work(a_direct_talk, ada, ben)
    message = await hall.work(write, ada, talk.id, "Many feelings")
    signs = [chr(0x1F600 + number) for number in range(7)]
    calls = [lambda who=who, sign=sign: hall.run(react, who, message.id, NewReaction(emoji=sign)) for sign in signs for who in (ada, ben)]
    answers = await hall.race(*calls)
    refused = [answer for answer in answers if isinstance(answer, TooManyReactions)]
    borne = {one.emoji for answer in answers for one in getattr(answer, "reactions", ())}
    assert (len(refused), len(borne)) == (6, 4)
    view = await hall.run(react, ada, message.id, NewReaction(emoji=min(borne)))
    assert [one.count for one in view.reactions] == [2] * 4
