"""HTTP of members' lists, goals, proposals and verification."""

from uuid import UUID

from skillhall.identity.api import AccountNotActive, AccountNotFound
from skillhall.kernel.files import FileInUse, FileMissing, WrongKind
from skillhall.kernel.http import Answer, Call, Deleted, delete, get, patch, post, put
from skillhall.kernel.shapes import Page
from skillhall.skills.commands.add_member_skill import add_member_skill, add_to
from skillhall.skills.commands.ask_verification import ask_verification
from skillhall.skills.commands.change_member_skill import change_in, change_member_skill
from skillhall.skills.commands.remove_member_skill import remove_from, remove_member_skill
from skillhall.skills.commands.replace_member_skills import replace_member_skills
from skillhall.skills.model import refusals as no
from skillhall.skills.model.decision import OwnProposalView
from skillhall.skills.model.member import (
    AddMemberSkill,
    ChangeMemberSkill,
    GoalView,
    ListedSkill,
    MemberSkillsView,
    MemberSkillView,
    ReplaceMemberSkills,
)
from skillhall.skills.model.skill import skill_id_of
from skillhall.skills.model.verification import AskVerification, VerificationView
from skillhall.skills.queries import members, proposals, verifications
from skillhall.skills.queries.members import GoalQuery
from skillhall.skills.queries.proposals import OwnProposalQuery
from skillhall.skills.queries.verifications import VerificationQuery

TEACHES = {"skillId": str(skill_id_of("cello")), "level": "expert", "rate": {"amount": 30, "currency": "CREDIT"}}
LEARNS = {
    "skillId": str(skill_id_of("music-theory")), "level": "beginner", "targetLevel": "advanced", "goal": "Read scores at sight.",
    "goalPriority": "high",
}  # fmt: skip
LISTING = (no.SkillNotFound, no.AlreadyListed, no.TooManySkills, AccountNotActive)
CHANGING = (no.MemberSkillNotFound, AccountNotActive)
BY_SKILL = (no.SkillNotFound, *CHANGING)


@get("/users/{account_id:uuid}/skills", me="account_id", refuses=(AccountNotFound,))
async def read_member_skills(call: Call, account_id: UUID) -> MemberSkillsView:
    """Read what somebody teaches, learns and works with. Goals are shown to their owner only."""
    return await members.member_skills_of(call.read, account_id, call.by)


@get("/users/{account_id:uuid}/teaching-skills", me="account_id", refuses=(AccountNotFound,))
async def list_teaching_skills(call: Call, account_id: UUID) -> Page[MemberSkillView]:
    """List what somebody teaches."""
    return await members.list_of(call.read, account_id, "teach", call.by)


@get("/users/{account_id:uuid}/learning-skills", me="account_id", refuses=(AccountNotFound,))
async def list_learning_skills(call: Call, account_id: UUID) -> Page[MemberSkillView]:
    """List what somebody learns. Goals are shown to their owner only."""
    return await members.list_of(call.read, account_id, "learn", call.by)


@get("/users/me/skills/goals")
async def list_goals(call: Call, query: GoalQuery) -> Page[GoalView]:
    """List your goals: the open ones, the next due first, then those you have reached."""
    return await members.goals(call.read, call.by.account_id, query)


@get("/users/me/skills/proposals")
async def list_own_proposals(call: Call, query: OwnProposalQuery) -> Page[OwnProposalView]:
    """List the skills you have proposed and what became of them."""
    return await proposals.own_proposals(call.read, query, call.by)


@get("/users/me/skills/verifications")
async def list_own_verifications(call: Call, query: VerificationQuery) -> Page[VerificationView]:
    """List what you have asked staff to verify."""
    return await verifications.verifications(call.read, query, call.by.account_id)


@post("/users/me/skills", created="/users/me/skills/{id}", refuses=LISTING, example={"purpose": "teach", **TEACHES})
async def create_member_skill(call: Call, data: AddMemberSkill) -> Answer[MemberSkillView]:
    """List a skill you teach, learn or work with."""
    return await call.run(add_member_skill, data)


@put("/users/me/skills", refuses=(no.TooManySkills, AccountNotActive), example={"teach": [TEACHES], "learn": [LEARNS]})
async def update_member_skills(call: Call, data: ReplaceMemberSkills) -> Answer[MemberSkillsView]:
    """Replace your lists: a list that is absent stays as it is."""
    return await call.run(replace_member_skills, data)


@put("/users/me/skills/{member_skill_id:uuid}", refuses=CHANGING, example={"level": "expert"})
async def update_member_skill(call: Call, member_skill_id: UUID, data: ChangeMemberSkill) -> Answer[MemberSkillView]:
    """Change level, target, goal, years or rate of a skill you have listed; null empties."""
    return await call.run(change_member_skill, member_skill_id, data)


@patch("/users/me/skills/{member_skill_id:uuid}", refuses=CHANGING, example={"level": "expert"})
async def edit_member_skill(call: Call, member_skill_id: UUID, data: ChangeMemberSkill) -> Answer[MemberSkillView]:
    """Change some fields of a skill you have listed, as PUT does."""
    return await call.run(change_member_skill, member_skill_id, data)


@delete("/users/me/skills/{member_skill_id:uuid}", refuses=CHANGING)
async def delete_member_skill(call: Call, member_skill_id: UUID) -> Answer[Deleted]:
    """Take a skill off your lists."""
    return await call.run(remove_member_skill, member_skill_id)


@post("/users/me/skills/teaching", created="/users/me/skills/{id}", refuses=LISTING, example=TEACHES)
async def create_teaching_skill(call: Call, data: ListedSkill) -> Answer[MemberSkillView]:
    """List a skill you teach."""
    return await call.run(add_to, "teach", data)


@put("/users/me/skills/teaching/{skill_id:uuid}", refuses=BY_SKILL, example={"level": "expert"})
async def update_teaching_skill(call: Call, skill_id: UUID, data: ChangeMemberSkill) -> Answer[MemberSkillView]:
    """Change a skill you teach, by the skill's id; absent fields stay."""
    return await call.run(change_in, "teach", skill_id, data)


@delete("/users/me/skills/teaching/{skill_id:uuid}", refuses=BY_SKILL)
async def delete_teaching_skill(call: Call, skill_id: UUID) -> Answer[Deleted]:
    """Take a skill off the list of those you teach, by the skill's id."""
    return await call.run(remove_from, "teach", skill_id)


@post("/users/me/skills/learning", created="/users/me/skills/{id}", refuses=LISTING, example=LEARNS)
async def create_learning_skill(call: Call, data: ListedSkill) -> Answer[MemberSkillView]:
    """List a skill you learn, with a target level and a goal."""
    return await call.run(add_to, "learn", data)


@put("/users/me/skills/learning/{skill_id:uuid}", refuses=BY_SKILL, example={"level": "intermediate"})
async def update_learning_skill(call: Call, skill_id: UUID, data: ChangeMemberSkill) -> Answer[MemberSkillView]:
    """Change a skill you learn, by the skill's id; absent fields stay. The goal is reached when the level comes up to the target."""
    return await call.run(change_in, "learn", skill_id, data)


@delete("/users/me/skills/learning/{skill_id:uuid}", refuses=BY_SKILL)
async def delete_learning_skill(call: Call, skill_id: UUID) -> Answer[Deleted]:
    """Take a skill off the list of those you learn, by the skill's id."""
    return await call.run(remove_from, "learn", skill_id)


@post(
    "/users/me/skills/{member_skill_id:uuid}/verification",
    status=201,
    refuses=(*CHANGING, no.AlreadyVerified, no.VerificationPending, FileMissing, FileInUse, WrongKind),
    example={"evidence": "certificate", "note": "Diploma of the conservatory, 2019."},
)
async def ask_for_verification(call: Call, member_skill_id: UUID, data: AskVerification) -> Answer[VerificationView]:
    """Ask staff to verify a skill at the level you have listed it with; another level loses the verification."""
    return await call.run(ask_verification, member_skill_id, data)
