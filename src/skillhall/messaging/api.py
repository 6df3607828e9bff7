"""The face of messaging: system messages in the caller's transaction, evidence, who stands how to a conversation. No logic."""

from skillhall.messaging.commands.adopt import adopt
from skillhall.messaging.commands.say import say
from skillhall.messaging.model.adopted import AdoptedConversation, AdoptedMessage, spoken
from skillhall.messaging.model.conversation import ConversationFacts, ConversationView, Member, Say, Standing
from skillhall.messaging.model.message import MessageEvidence, MessageView
from skillhall.messaging.model.refusals import ConversationNotFound
from skillhall.messaging.ports import Reading
from skillhall.messaging.queries.evidence import evidence
from skillhall.messaging.queries.presence import PresenceView, online_among, presence_shown
from skillhall.messaging.queries.standings import find_facts, standing_of
from skillhall.messaging.store.presence import present

__all__ = [
    "AdoptedConversation",
    "AdoptedMessage",
    "ConversationFacts",
    "ConversationNotFound",
    "ConversationView",
    "Member",
    "MessageEvidence",
    "MessageView",
    "PresenceView",
    "Reading",
    "Say",
    "Standing",
    "adopt",
    "evidence",
    "find_facts",
    "online_among",
    "presence_shown",
    "present",
    "say",
    "spoken",
    "standing_of",
]
