"""The face of learning: what contexts above may use. No logic."""

from skillhall.learning.commands.adopt import Moves, adopt, adopt_offers
from skillhall.learning.commands.adopt_materials import adopt_materials
from skillhall.learning.commands.delete_offer import hide_offer, show_offer
from skillhall.learning.model.history import GroupHistory, History, Step, Verb
from skillhall.learning.model.offer import Offer
from skillhall.learning.model.refusals import OfferNotFound, SessionNotFound
from skillhall.learning.model.terms import LearningRules, Terms
from skillhall.learning.store.adopted_materials import AdoptedMaterial

__all__ = [
    "AdoptedMaterial",
    "GroupHistory",
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
    "adopt_materials",
    "adopt_offers",
    "hide_offer",
    "show_offer",
]
