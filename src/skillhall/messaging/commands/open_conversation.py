"""Opening a conversation: the one of two, or a group.

Two who open the same direct conversation at once get the same one: its key is unique, and the second waits for the first's row. Sent twice,
a direct one is the same; a group is made anew, unless its Idempotency-Key says otherwise.
"""

from collections.abc import Sequence
from uuid import UUID

from skillhall.connections.api import connected_among
from skillhall.identity.api import check_active
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.messaging import events
from skillhall.messaging.commands.telling import tell_conversation
from skillhall.messaging.model.conversation import Conversation, ConversationView, Member, MessagingRules, OpenConversation, pair_key
from skillhall.messaging.model.refusals import OneselfMeant, TooManyPeople, VerifyFirst
from skillhall.messaging.queries.conversations import conversation_view
from skillhall.messaging.queries.people import acting, reached
from skillhall.messaging.store import conversations, participants


async def open_conversation(tx: Tx, by: Actor, command: OpenConversation) -> ConversationView:
    """Open the direct conversation with somebody, which may be there already, or a new group of several. The others must be in reach."""
    own = await acting(tx, by)
    others = await reached(tx, by, command.profiles, command.accounts)
    if any(one.account_id == own.account_id for one in others):
        raise OneselfMeant
    is_direct = command.kind == "direct"
    key = pair_key(own.profile_id, others[0].profile_id) if is_direct else None
    rules = tx.setting(MessagingRules)
    if len(others) >= rules.participants:
        raise TooManyPeople(most=rules.participants)
    await check_may_write(tx, by, own, others, key)
    new = Conversation(
        id=ids.new(), kind=command.kind, title=None if is_direct else command.title, owner_profile_id=own.profile_id,
        owner_account_id=own.account_id, last_message_at=tx.now, created_at=tx.now,
    )  # fmt: skip
    found = await conversations.lock_or_insert(tx, new, key)
    if found.id == new.id:
        await participants.insert_first(tx, new.id, own, others, is_hidden=is_direct)
        tx.publish(_opened(new, own, others))
        tell_conversation(tx, new.id, 0, [one.account_id for one in (own, *(() if is_direct else others))][: rules.told])
    await check_active(tx, own.account_id, *(one.account_id for one in others))
    return await conversation_view(tx, by, found.id)


async def check_may_write(tx: Tx, by: Actor, own: Member, others: Sequence[Member], key: UUID | None = None) -> None:
    """Refuse to begin with strangers as long as the caller's address is not proven; what is begun goes on."""
    if by.email_verified or (key is not None and await conversations.is_open(tx, key)):
        return
    wanted = [one.profile_id for one in others]
    if len(await connected_among(tx, own.profile_id, wanted)) < len(wanted):
        raise VerifyFirst


def _opened(new: Conversation, own: Member, others: Sequence[Member]) -> events.ConversationOpened:
    return events.ConversationOpened(
        conversation_id=new.id,
        kind=new.kind,
        opener_id=own.account_id,
        opener_profile_id=own.profile_id,
        member_ids=[one.account_id for one in (own, *others)],
    )
