"""The face of learning: what contexts above may use. No logic."""

from skillhall.learning.commands.adopt import Moves, adopt, adopt_offers
from skillhall.learning.commands.delete_offer import hide_offer, show_offer
from skillhall.learning.model.history import History, Step, Verb
from skillhall.learning.model.offer import Offer
from skillhall.learning.model.refusals import OfferNotFound, SessionNotFound
from skillhall.learning.model.terms import LearningRules, Terms

__all__ = [
    "History",
    "LearningRules",
    "Moves",
    "Offer",
    "OfferNotFound",
    "SessionNotFound",
    "Step",
    "Terms",
    "Verb",
    "adopt",
    "adopt_offers",
    "hide_offer",
    "show_offer",
]
