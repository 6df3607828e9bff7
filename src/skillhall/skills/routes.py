"""HTTP of skills: the catalogue, its graph, members' lists."""

from uuid import UUID

from skillhall.identity.api import AccountNotActive, AccountNotFound
from skillhall.kernel.http import Answer, Call, Deleted, delete, get, patch, post, put
from skillhall.kernel.shapes import Page
from skillhall.skills.commands.add_member_skill import add_member_skill
from skillhall.skills.commands.add_skill import add_skill
from skillhall.skills.commands.change_member_skill import change_member_skill
from skillhall.skills.commands.change_skill import change_skill
from skillhall.skills.commands.remove_member_skill import remove_member_skill
from skillhall.skills.commands.replace_member_skills import replace_member_skills
from skillhall.skills.commands.retire_skill import retire_skill
from skillhall.skills.model.member import AddMemberSkill, ChangeMemberSkill, MemberSkillsView, MemberSkillView, ReplaceMemberSkills
from skillhall.skills.model.refusals import (
    AlreadyListed,
    CategoryNotFound,
    ChainTooLong,
    MemberSkillNotFound,
    NotYourProposal,
    PrerequisiteCycle,
    SkillExists,
    SkillNotFound,
    TooManyProposals,
    TooManySkills,
)
from skillhall.skills.model.skill import (
    CategoryView,
    ChangeSkill,
    NewSkill,
    PathView,
    SkillSummary,
    SkillView,
    StatisticsView,
    TreeView,
    skill_id_of,
)
from skillhall.skills.queries import catalogue, graph, members, search
from skillhall.skills.queries.catalogue import PlainQuery, SkillQuery
from skillhall.skills.queries.search import FindQuery

CELLO = str(skill_id_of("cello"))
MUSIC_THEORY = str(skill_id_of("music-theory"))
NEW = {
    "name": "Viola da Gamba", "category": "music", "difficulty": 6, "description": "Playing the bowed and fretted viol.",
    "aliases": ["Gamba"], "tags": ["instrument", "strings"], "prerequisites": [{"skillId": MUSIC_THEORY, "strength": 6}],
}  # fmt: skip
TEACHES = {"skillId": CELLO, "level": "expert", "rate": {"amount": 30, "currency": "CREDIT"}}
LEARNS = {"skillId": MUSIC_THEORY, "level": "beginner", "targetLevel": "advanced", "goal": "Read scores at sight."}
GRAPH = (PrerequisiteCycle, ChainTooLong)
EDITING = (SkillNotFound, SkillExists, NotYourProposal, *GRAPH, AccountNotActive)


@get("/skills", public=True)
async def list_skills(call: Call, query: SkillQuery) -> Page[SkillSummary]:
    """List the catalogue, by name unless sorted otherwise."""
    return await catalogue.skills(call.read, query, call.by)


@get("/skills/search", public=True)
async def search_skills(call: Call, query: FindQuery) -> Page[SkillSummary]:
    """Search skills by name, alias, tag and description, best matches first; misspelled names are found too."""
    return await search.search(call.read, query)


@get("/skills/popular", public=True)
async def list_popular_skills(call: Call, query: PlainQuery) -> Page[SkillSummary]:
    """List skills by how many people learn them, then by their average rating."""
    return await catalogue.popular(call.read, query)


@get("/skills/statistics", public=True)
async def read_skill_statistics(call: Call) -> StatisticsView:
    """Read the catalogue in numbers: how many skills per category and difficulty, how many teach and learn."""
    async with call.snapshot() as read:
        return await catalogue.statistics(read)


@get("/skills/categories", public=True)
async def list_skill_categories(call: Call) -> Page[CategoryView]:
    """List the categories."""
    return await catalogue.categories(call.read)


@get("/skills/categories/{category:str}", public=True, refuses=(CategoryNotFound,))
async def list_category_skills(call: Call, category: str, query: PlainQuery) -> Page[SkillSummary]:
    """List the skills of a category, by its slug."""
    return await catalogue.skills_in(call.read, category, query)


@get("/skills/by-slug/{slug:str}", public=True, etag=True, refuses=(SkillNotFound,))
async def read_skill_by_slug(call: Call, slug: str) -> SkillView:
    """Read a skill by its slug."""
    return await catalogue.skill_by_slug(call.read, slug, call.by)


@get("/skills/{skill_id:uuid}", public=True, etag=True, refuses=(SkillNotFound,))
async def read_skill(call: Call, skill_id: UUID) -> SkillView:
    """Read a skill with what it builds on and what is beside it."""
    return await catalogue.skill_view(call.read, skill_id, call.by)


@get("/skills/{skill_id:uuid}/tree", public=True, refuses=(SkillNotFound,))
async def read_skill_tree(call: Call, skill_id: UUID) -> TreeView:
    """Read everything a skill builds on, prerequisites first; what builds on it; what is beside it."""
    return await graph.tree(call.read, skill_id)


@get("/skills/{skill_id:uuid}/path", public=True, refuses=(SkillNotFound,))
async def read_skill_path(call: Call, skill_id: UUID) -> PathView:
    """Read the order in which to learn what a skill builds on, the skill itself last."""
    return await graph.path(call.read, skill_id)


@post("/skills", created="/skills/{id}", etag=True, refuses=(SkillExists, TooManyProposals, *GRAPH, AccountNotActive), example=NEW)
async def create_skill(call: Call, data: NewSkill) -> Answer[SkillView]:
    """Publish a skill (permission skill.publish), or propose one: it then waits under review."""
    return await call.run(add_skill, data)


@put("/skills/{skill_id:uuid}", etag=True, refuses=EDITING, example={"difficulty": 7, "reason": "Harder than it looks."})
async def update_skill(call: Call, skill_id: UUID, data: ChangeSkill) -> Answer[SkillView]:
    """Change a skill: staff any, and alone its status; a member an own proposal. Absent fields stay, lists are replaced."""
    return await call.run(change_skill, skill_id, data, call.match)


@patch("/skills/{skill_id:uuid}", etag=True, refuses=EDITING, example={"status": "active"})
async def edit_skill(call: Call, skill_id: UUID, data: ChangeSkill) -> Answer[SkillView]:
    """Change some fields of a skill, as PUT does."""
    return await call.run(change_skill, skill_id, data, call.match)


@delete("/skills/{skill_id:uuid}", refuses=(SkillNotFound, NotYourProposal))
async def remove_skill(call: Call, skill_id: UUID) -> Answer[Deleted]:
    """Take a skill out of the catalogue; who has listed it keeps it. Members withdraw own proposals so."""
    return await call.run(retire_skill, skill_id)


@get("/users/{account_id:uuid}/skills", me="account_id", refuses=(AccountNotFound,))
async def read_member_skills(call: Call, account_id: UUID) -> MemberSkillsView:
    """Read what somebody teaches, learns and works with. Goals are shown to their owner only."""
    return await members.member_skills_of(call.read, account_id, call.by)


@post(
    "/users/me/skills",
    created="/users/me/skills/{id}",
    refuses=(SkillNotFound, AlreadyListed, TooManySkills, AccountNotActive),
    example={"purpose": "teach", **TEACHES},
)
async def create_member_skill(call: Call, data: AddMemberSkill) -> Answer[MemberSkillView]:
    """List a skill you teach, learn or work with."""
    return await call.run(add_member_skill, data)


@put("/users/me/skills", refuses=(TooManySkills, AccountNotActive), example={"teach": [TEACHES], "learn": [LEARNS]})
async def update_member_skills(call: Call, data: ReplaceMemberSkills) -> Answer[MemberSkillsView]:
    """Replace your lists: a list that is absent stays as it is."""
    return await call.run(replace_member_skills, data)


@put("/users/me/skills/{member_skill_id:uuid}", refuses=(MemberSkillNotFound, AccountNotActive), example={"level": "expert"})
async def update_member_skill(call: Call, member_skill_id: UUID, data: ChangeMemberSkill) -> Answer[MemberSkillView]:
    """Change level, target, goal or rate of a skill you have listed; null empties."""
    return await call.run(change_member_skill, member_skill_id, data)


@patch("/users/me/skills/{member_skill_id:uuid}", refuses=(MemberSkillNotFound, AccountNotActive), example={"level": "expert"})
async def edit_member_skill(call: Call, member_skill_id: UUID, data: ChangeMemberSkill) -> Answer[MemberSkillView]:
    """Change some fields of a skill you have listed, as PUT does."""
    return await call.run(change_member_skill, member_skill_id, data)


@delete("/users/me/skills/{member_skill_id:uuid}", refuses=(MemberSkillNotFound, AccountNotActive))
async def delete_member_skill(call: Call, member_skill_id: UUID) -> Answer[Deleted]:
    """Take a skill off your lists."""
    return await call.run(remove_member_skill, member_skill_id)
