"""HTTP of endorsements."""

from uuid import UUID

from skillhall.identity.api import AccountNotFound
from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, post
from skillhall.kernel.shapes import Page
from skillhall.reviews.commands import endorse as commands
from skillhall.reviews.model import refusals as no
from skillhall.reviews.model.bodies import Endorse
from skillhall.reviews.queries import endorsements
from skillhall.reviews.queries.endorsements import EndorsementQuery, EndorsementView
from skillhall.skills.api import SkillNotFound

OF_USER = "/users/{user_id:uuid}/endorsements"
A_SKILL = {"skillId": "018f0000-0000-7000-8000-000000000001", "message": "Knows the instrument inside out."}


@post(OF_USER, created="/users/{about_id}/endorsements", key=Key.NATURAL,
    refuses=(no.SelfReview, no.NeverMet, no.AlreadyEndorsed, SkillNotFound), example=A_SKILL,
)  # fmt: skip
async def endorse_skill(call: Call, user_id: UUID, data: Endorse) -> Answer[EndorsementView]:
    """Vouch for a skill of a person with whom one has completed a session or a project."""
    return await call.run(commands.endorse, user_id, data)


@get(OF_USER, public=True, me="user_id", refuses=(AccountNotFound,))
async def list_endorsements_of(call: Call, user_id: UUID, query: EndorsementQuery) -> Page[EndorsementView]:
    """List who vouches for a member, newest first."""
    return await endorsements.endorsements_of(call.read, call.by, user_id, query)


@delete("/endorsements/{endorsement_id:uuid}", refuses=(no.EndorsementNotFound,))
async def withdraw_endorsement(call: Call, endorsement_id: UUID) -> Deleted:
    """Take an own endorsement back."""
    return Deleted(id=await call.act(commands.withdraw_endorsement, endorsement_id))
