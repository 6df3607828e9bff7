"""Write to the other side and to staff."""

from uuid import UUID

from skillhall.disputes import events
from skillhall.disputes.commands.record import record
from skillhall.disputes.model import verbs
from skillhall.disputes.model.bodies import Message
from skillhall.disputes.model.case import DisputeRules, is_staff
from skillhall.disputes.model.facts import about_of
from skillhall.disputes.model.refusals import TooMuch
from skillhall.disputes.queries.papers import MessageView, one_message
from skillhall.disputes.store import papers
from skillhall.disputes.store.cases import lock_dispute
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx


async def say(tx: Tx, by: Actor, dispute_id: UUID, command: Message) -> MessageView:
    """Write a message; from the other side it is an answer. Only staff that is no side of it keeps one to staff."""
    before = await lock_dispute(tx, dispute_id)
    is_party = by.account_id in before.case.parties
    if not is_staff(by):
        before.check_party(by)
    before.check_open()
    most = tx.setting(DisputeRules).messages
    if await papers.count_messages(tx, dispute_id, by.account_id) >= most:
        raise TooMuch(most=most, things="messages")
    message_id, is_internal = ids.new(), command.is_internal and not is_party
    await papers.insert_message(tx, message_id, dispute_id, by.account_id, command.text, is_internal=is_internal)
    await record(tx, before, verbs.answered(before, by, tx.now))
    if not is_internal:
        tx.publish(events.MessageSent(**about_of(before.case), by_id=by.account_id if is_party else None))
    return await one_message(tx, message_id)
