"""Adding people to a group and putting them out of it: its owner alone."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.identity.api import check_active
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.messaging.commands.leave import leave_conversation
from skillhall.messaging.commands.open_conversation import check_may_write
from skillhall.messaging.commands.say import append
from skillhall.messaging.commands.telling import expel, tell_conversation
from skillhall.messaging.model.conversation import Conversation, Member, MessagingRules
from skillhall.messaging.model.participation import NewParticipants, ParticipantNotFound, ParticipantsView
from skillhall.messaging.model.refusals import TooManyPeople
from skillhall.messaging.queries.members import member
from skillhall.messaging.queries.participants import all_in, find_participant
from skillhall.messaging.queries.people import reached
from skillhall.messaging.store import joining, participants
from skillhall.messaging.store.conversations import lock_conversation


async def add_participants(tx: Tx, by: Actor, conversation_id: UUID, command: NewParticipants) -> ParticipantsView:
    """Add people to a group; who is in it already stays as they are. They see it from the message on that says so.

    Two at once wait for each other at the conversation, so that the group never has more people than the rules allow.
    """
    await member(tx, by, conversation_id)
    conversation = await lock_conversation(tx, conversation_id)
    own = await member(tx, by, conversation_id)
    own.check_present()
    conversation.check_owner(own)
    conversation.check_writable()
    people = await reached(tx, by, command.profile_ids, command.accounts)
    there = await joining.accounts_in(tx, conversation_id)
    new = [one for one in people if one.account_id not in there]
    if len(there) + len(new) > (most := tx.setting(MessagingRules).participants):
        raise TooManyPeople(most=most)
    if new:
        await check_may_write(tx, by, Member(account_id=own.account_id, profile_id=own.profile_id), new)
        text = "Somebody has joined the group." if len(new) == 1 else f"{len(new)} people have joined the group."
        params: dict[str, str | int] = {"count": len(new), "profileIds": ",".join(str(one.profile_id) for one in new)}
        await append(tx, conversation, "messaging.members_added", params, text, ())
        _tell(tx, conversation, "participants_added", [*(one.account_id for one in new), *there])
        await joining.lock_and_join(tx, conversation_id, new, conversation.last_sequence + 1)
    await check_active(tx, by.account_id, *(one.account_id for one in new))
    return await all_in(tx, conversation_id)


async def remove_participant(tx: Tx, by: Actor, conversation_id: UUID, participant_id: UUID) -> Deleted:
    """Put somebody, named by account or profile, out of a group: they keep what was said until then. Oneself: leave."""
    await member(tx, by, conversation_id)
    named = await find_participant(tx, conversation_id, participant_id)
    if named is not None and named.account_id == by.account_id:
        return await leave_conversation(tx, by, conversation_id)
    conversation = await lock_conversation(tx, conversation_id)
    own = await member(tx, by, conversation_id)
    own.check_present()
    conversation.check_owner(own)
    conversation.check_writable()
    there = await joining.accounts_in(tx, conversation_id)
    if named is None or named.account_id not in there:
        raise ParticipantNotFound(participant_id=participant_id)
    params: dict[str, str | int] = {"profileId": str(named.profile_id)}
    await append(tx, conversation, "messaging.member_removed", params, "Somebody was removed from the group.", ())
    _tell(tx, conversation, "participant_removed", [named.account_id, *(one for one in there if one != named.account_id)])
    await participants.leave(tx, conversation_id, named.account_id, conversation.last_sequence + 1)
    expel(tx, conversation_id, named.account_id)
    return Deleted(id=participant_id)


def _tell(tx: Tx, conversation: Conversation, change: str, account_ids: Sequence[UUID]) -> None:
    """Hint to people of a group, also those just put out of it, that others are in it now."""
    told = account_ids[: tx.setting(MessagingRules).told]
    tell_conversation(tx, conversation.id, conversation.last_sequence + 1, told, change=change)
