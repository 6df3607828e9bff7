"""The face of profiles: cards, a request for verification, facts noted by contexts above, hiding and showing. No logic."""

from skillhall.profiles.commands.adopt import adopt, adopt_jobs, adopt_ratings
from skillhall.profiles.commands.moderate import hide, show
from skillhall.profiles.commands.note import note
from skillhall.profiles.model.fields import Kind
from skillhall.profiles.model.profile import Profile
from skillhall.profiles.model.refusals import ProfileNotFound
from skillhall.profiles.model.views import PersonCard
from skillhall.profiles.ports import Relations
from skillhall.profiles.queries.shown import cards, primary_cards
from skillhall.profiles.queries.verification import staff_view as verification

__all__ = [
    "Kind",
    "PersonCard",
    "Profile",
    "ProfileNotFound",
    "Relations",
    "adopt",
    "adopt_jobs",
    "adopt_ratings",
    "cards",
    "hide",
    "note",
    "primary_cards",
    "show",
    "verification",
]
