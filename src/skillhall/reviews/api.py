"""The face of reviews: hiding and showing for who decides about content, where one stands, and adopting in bulk. No logic."""

from skillhall.reviews.commands.adopt import AdoptedReview, adopt
from skillhall.reviews.commands.moderate import hide, show
from skillhall.reviews.model.refusals import ReviewNotFound
from skillhall.reviews.queries.telling import find_state

__all__ = ["AdoptedReview", "ReviewNotFound", "adopt", "find_state", "hide", "show"]
