"""The face of reviews: hiding and showing for who decides about content, and adopting in bulk. No logic."""

from skillhall.reviews.commands.adopt import AdoptedReview, adopt
from skillhall.reviews.commands.moderate import hide, show
from skillhall.reviews.model.refusals import ReviewNotFound

__all__ = ["AdoptedReview", "ReviewNotFound", "adopt", "hide", "show"]
