"""The face of profiles: cards, facts noted by contexts above, hiding and showing. No logic."""

from skillhall.profiles.commands.adopt import adopt
from skillhall.profiles.commands.moderate import hide, show
from skillhall.profiles.commands.note import note
from skillhall.profiles.model import Kind, PersonCard, Profile, ProfileNotFound
from skillhall.profiles.queries import cards, primary_cards

__all__ = ["Kind", "PersonCard", "Profile", "ProfileNotFound", "adopt", "cards", "hide", "note", "primary_cards", "show"]
