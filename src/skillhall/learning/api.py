"""The face of learning: what contexts above may use. No logic."""

from skillhall.learning.commands.adopt import Moves, Report, adopt, adopt_offers
from skillhall.learning.commands.adopt_materials import adopt_materials
from skillhall.learning.commands.contest import freeze, rule, thaw
from skillhall.learning.commands.delete_offer import hide_offer, show_offer
from skillhall.learning.commands.note_rating import adopt_ratings, note_rating
from skillhall.learning.model.contest import Contested
from skillhall.learning.model.finished import Finished
from skillhall.learning.model.history import GroupHistory, History, Step, Verb
from skillhall.learning.model.offer import Offer
from skillhall.learning.model.refusals import OfferNotFound, SeatClosed, SeatNotFound, SessionMoved, SessionNotFound, TooLate
from skillhall.learning.model.says import retold
from skillhall.learning.model.terms import LearningRules, Terms
from skillhall.learning.queries.contests import contested, conversation, evidence, find_contested
from skillhall.learning.queries.finished import finished, finished_with
from skillhall.learning.queries.session import session_view
from skillhall.learning.queries.telling import Telling, find_seat_state, telling
from skillhall.learning.queries.views import SessionView
from skillhall.learning.store.adopted_materials import AdoptedMaterial

__all__ = [
    "AdoptedMaterial",
    "Contested",
    "Finished",
    "GroupHistory",
    "History",
    "LearningRules",
    "Moves",
    "Offer",
    "OfferNotFound",
    "Report",
    "SeatClosed",
    "SeatNotFound",
    "SessionMoved",
    "SessionNotFound",
    "SessionView",
    "Step",
    "Telling",
    "Terms",
    "TooLate",
    "Verb",
    "adopt",
    "adopt_materials",
    "adopt_offers",
    "adopt_ratings",
    "contested",
    "conversation",
    "evidence",
    "find_contested",
    "find_seat_state",
    "finished",
    "finished_with",
    "freeze",
    "hide_offer",
    "note_rating",
    "retold",
    "rule",
    "session_view",
    "show_offer",
    "telling",
    "thaw",
]
