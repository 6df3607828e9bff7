"""Cards out of joined rows."""

from skillhall.kernel.db.tx import Row
from skillhall.kernel.money import Money
from skillhall.learning.model.states import LEGACY
from skillhall.learning.queries.views import OfferCard, SessionCard, SkillCard
from skillhall.profiles.api import PersonCard


def host_card(row: Row) -> PersonCard:
    """Return the host of a row."""
    return PersonCard(
        id=row["host_profile"],
        display_name=row["host_name"],
        username=row["host_username"],
        avatar_url=row["host_avatar"],
        rating=row["host_rating"],
    )


def learner_card(row: Row) -> PersonCard:
    """Return the learner of a row."""
    return PersonCard(
        id=row["learner_profile"],
        display_name=row["learner_name"],
        username=row["learner_username"],
        avatar_url=row["learner_avatar"],
        rating=row["learner_rating"],
    )


def session_card(row: Row) -> SessionCard:
    """Return the session of a row. The list of sessions is the busiest read, and writing its times was half of this: SQL does it."""
    state = row["state"]
    return SessionCard(
        id=row["id"],
        kind=row["kind"],
        status=state,
        legacy_status=LEGACY.get(state),
        title=row["title"],
        starts_at=row["starts_text"],
        ends_at=row["ends_text"],
        duration_minutes=row["minutes"],
        price=Money(row["price"], row["asset"]),
        host_id=row["host_id"],
        host=host_card(row),
        learner_id=row["learner_id"],
        learner=learner_card(row) if row["learner_profile"] else None,
        skill=SkillCard(id=row["skill_id"], slug=row["skill_slug"], name=row["skill_name"]),
        offer=OfferCard(id=row["offer_id"], title=row["offer_title"]),
        capacity=row["capacity"],
        taken=row["taken"],
        waiting=row["waiting"],
        created_at=row["created_text"],
    )
