"""HTTP of what staff decides: proposals, duplicates, verification, categories."""

from uuid import UUID

from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, patch, post
from skillhall.kernel.shapes import Page
from skillhall.skills.commands.ask_verification import approve_verification, reject_verification
from skillhall.skills.commands.decide_proposal import approve_proposal, reject_proposal
from skillhall.skills.commands.edit_categories import add_category, change_category, delete_category
from skillhall.skills.commands.merge_skills import merge_skills
from skillhall.skills.commands.verify_skill import unverify_skill, verify_skill
from skillhall.skills.model import refusals as no
from skillhall.skills.model.category import ChangeCategory, NewCategory
from skillhall.skills.model.decision import Approve, Merge, ProposalView
from skillhall.skills.model.resource import ResourceView
from skillhall.skills.model.skill import PUBLISH, skill_id_of
from skillhall.skills.model.verification import Decision, Rejection, VerificationView
from skillhall.skills.model.views import CategoryView, SkillView
from skillhall.skills.queries import proposals, resources, verifications
from skillhall.skills.queries.proposals import ProposalQuery
from skillhall.skills.queries.resources import ResourceQuery
from skillhall.skills.queries.verifications import VerificationQuery

CELLO = str(skill_id_of("cello"))
MERGING = (no.SkillNotFound, no.SkillMerged, no.MergedIntoItself, no.NotPublished, no.PrerequisiteCycle, no.ChainTooLong)
DECIDING = (no.VerificationNotFound, no.VerificationDecided, no.OwnVerification)


@get("/admin/skills/proposals", permission=PUBLISH)
async def list_proposals(call: Call, query: ProposalQuery) -> Page[ProposalView]:
    """List the skills under review, the oldest first, with published skills of similar names."""
    return await proposals.proposals(call.read, query)


@post(
    "/admin/skills/proposals/{skill_id:uuid}/approve",
    permission=PUBLISH,
    key=Key.NATURAL,
    etag=True,
    refuses=(*MERGING, no.ProposalDecided),
    example={"into": CELLO, "reason": "The same instrument."},
)
async def approve_skill_proposal(call: Call, skill_id: UUID, data: Approve) -> Answer[SkillView]:
    """Publish a proposal, or merge it into a skill there is."""
    return await call.run(approve_proposal, skill_id, data)


@post(
    "/admin/skills/proposals/{skill_id:uuid}/reject",
    permission=PUBLISH,
    key=Key.NATURAL,
    etag=True,
    refuses=(no.SkillNotFound, no.ProposalDecided),
    example={"reason": "Too narrow: propose the instrument."},
)
async def reject_skill_proposal(call: Call, skill_id: UUID, data: Rejection) -> Answer[SkillView]:
    """Reject a proposal; its proposer reads the reason."""
    return await call.run(reject_proposal, skill_id, data)


@post(
    "/admin/skills/{skill_id:uuid}/merge",
    permission=PUBLISH,
    key=Key.NATURAL,
    etag=True,
    refuses=MERGING,
    example={"into": CELLO, "reason": "A duplicate."},
)
async def merge_duplicate_skill(call: Call, skill_id: UUID, data: Merge) -> Answer[SkillView]:
    """Merge a duplicate into another skill and answer that one.

    Its names become aliases; people, prerequisites, relations, resources and figures move; its id and slug lead there for ever.
    """
    return await call.run(merge_skills, skill_id, data)


@post(
    "/skills/{skill_id:uuid}/verify",
    permission=PUBLISH,
    key=Key.NATURAL,
    etag=True,
    refuses=(no.SkillNotFound, no.SkillMerged, no.NotPublished),
    example={"reason": "Checked against the handbook."},
)
async def verify_skill_entry(call: Call, skill_id: UUID, data: Decision) -> Answer[SkillView]:
    """Vouch for an entry of the catalogue: staff has checked it."""
    return await call.run(verify_skill, skill_id, data)


@delete("/skills/{skill_id:uuid}/verify", permission=PUBLISH, refuses=(no.SkillNotFound, no.SkillMerged))
async def unverify_skill_entry(call: Call, skill_id: UUID) -> Answer[Deleted]:
    """Take back that staff vouches for an entry."""
    return await call.run(unverify_skill, skill_id)


@get("/admin/skills/resources", permission=PUBLISH)
async def list_all_resources(call: Call, query: ResourceQuery) -> Page[ResourceView]:
    """List the learning resources of all skills, those proposed with `status=proposed`."""
    return await resources.resources(call.read, None, query, call.by)


@get("/admin/skills/verifications", permission=PUBLISH)
async def list_verifications(call: Call, query: VerificationQuery) -> Page[VerificationView]:
    """List what members have asked to be verified, the oldest first."""
    return await verifications.verifications(call.read, query)


@post(
    "/admin/skills/verifications/{verification_id:uuid}/approve",
    permission=PUBLISH,
    key=Key.NATURAL,
    refuses=DECIDING,
    example={"reason": "The diploma is genuine."},
)
async def approve_member_skill(call: Call, verification_id: UUID, data: Decision) -> Answer[VerificationView]:
    """Confirm a member's skill at the level that was asked for."""
    return await call.run(approve_verification, verification_id, data)


@post(
    "/admin/skills/verifications/{verification_id:uuid}/reject",
    permission=PUBLISH,
    key=Key.NATURAL,
    refuses=DECIDING,
    example={"reason": "The certificate cannot be read."},
)
async def reject_member_skill(call: Call, verification_id: UUID, data: Rejection) -> Answer[VerificationView]:
    """Do not confirm it; the member reads the reason."""
    return await call.run(reject_verification, verification_id, data)


@post(
    "/admin/skills/categories",
    permission=PUBLISH,
    created="/skills/categories/{slug}",
    refuses=(no.CategoryExists,),
    example={"name": "Early Music", "parent": "music"},
)
async def create_category(call: Call, data: NewCategory) -> Answer[CategoryView]:
    """Add a category, or with `parent` a subcategory."""
    return await call.run(add_category, data)


@patch("/admin/skills/categories/{category:str}", permission=PUBLISH, refuses=(no.CategoryNotFound,), example={"name": "Old Music"})
async def edit_category(call: Call, category: str, data: ChangeCategory) -> Answer[CategoryView]:
    """Change name or description of a category; its slug stays."""
    return await call.run(change_category, category, data)


@delete("/admin/skills/categories/{category:str}", permission=PUBLISH, refuses=(no.CategoryNotFound, no.CategoryInUse))
async def remove_category(call: Call, category: str) -> Answer[Deleted]:
    """Delete an empty category."""
    return await call.run(delete_category, category)
