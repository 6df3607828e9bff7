"""HTTP of the catalogue: reading it, its graph, its figures; publishing, proposing and changing skills and resources."""

from uuid import UUID

from skillhall.identity.api import AccountNotActive
from skillhall.kernel.http import Answer, Call, Deleted, delete, get, patch, post, put
from skillhall.kernel.shapes import Page
from skillhall.skills.commands.add_skill import add_skill
from skillhall.skills.commands.change_skill import change_skill
from skillhall.skills.commands.edit_resources import add_resource, change_resource, delete_resource
from skillhall.skills.commands.retire_skill import retire_skill
from skillhall.skills.model import refusals as no
from skillhall.skills.model.demand import DemandView, TrendView
from skillhall.skills.model.resource import ChangeResource, NewResource, ResourceView
from skillhall.skills.model.skill import ChangeSkill, NewSkill, skill_id_of
from skillhall.skills.model.views import CategoryView, LinkView, PathView, RelationView, SkillSummary, SkillView, StatisticsView, TreeView
from skillhall.skills.queries import catalogue, categories, demand, graph, resources, search
from skillhall.skills.queries.catalogue import PlainQuery, SkillQuery
from skillhall.skills.queries.demand import TrendQuery
from skillhall.skills.queries.resources import ResourceQuery
from skillhall.skills.queries.search import FindQuery

MUSIC_THEORY = str(skill_id_of("music-theory"))
NEW = {
    "name": "Viola da Gamba", "category": "music", "difficulty": 6, "description": "Playing the bowed and fretted viol.",
    "aliases": ["Gamba"], "tags": ["instrument", "strings"], "prerequisites": [{"skillId": MUSIC_THEORY, "strength": 6}],
}  # fmt: skip
COURSE = {"kind": "course", "title": "The Cello Companion", "url": "https://example.org/cello"}
GRAPH = (no.PrerequisiteCycle, no.ChainTooLong)
EDITING = (no.SkillNotFound, no.SkillExists, no.SkillMerged, no.NotYourProposal, *GRAPH, AccountNotActive)
EDITING_RESOURCES = (no.SkillNotFound, no.ResourceNotFound, no.NotYourResource)


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


@get("/skills/trending", public=True)
async def list_trending_skills(call: Call, query: TrendQuery) -> Page[TrendView]:
    """List skills by how much more people took them up lately than before, and how many sessions were held."""
    return await demand.trending(call.read, query)


@get("/skills/statistics", public=True)
async def read_skill_statistics(call: Call) -> StatisticsView:
    """Read the catalogue in numbers: how many skills per category and difficulty, how many teach and learn."""
    async with call.snapshot() as read:
        return await catalogue.statistics(read)


@get("/skills/categories", public=True)
async def list_skill_categories(call: Call) -> Page[CategoryView]:
    """List the categories with their subcategories and how many skills are in them."""
    return await categories.categories(call.read)


@get("/skills/categories/{category:str}", public=True, refuses=(no.CategoryNotFound,))
async def list_category_skills(call: Call, category: str, query: PlainQuery) -> Page[SkillSummary]:
    """List the skills of a category or subcategory, by its slug."""
    return await catalogue.skills_in(call.read, category, query)


@get("/skills/by-slug/{slug:str}", public=True, etag=True, refuses=(no.SkillNotFound,))
async def read_skill_by_slug(call: Call, slug: str) -> SkillView:
    """Read a skill by its slug. The slug of a merged skill leads to the one it was merged into."""
    return await catalogue.skill_by_slug(call.read, slug, call.by)


@get("/skills/{skill_id:uuid}", public=True, etag=True, refuses=(no.SkillNotFound,))
async def read_skill(call: Call, skill_id: UUID) -> SkillView:
    """Read a skill with what it builds on and what is beside it.

    For a skill that was merged the answer is the one it leads to, under its own id, with the id asked for in `redirectedFrom`.
    """
    return await catalogue.skill_view(call.read, skill_id, call.by)


@get("/skills/{skill_id:uuid}/tree", public=True, refuses=(no.SkillNotFound,))
async def read_skill_tree(call: Call, skill_id: UUID) -> TreeView:
    """Read everything a skill builds on, prerequisites first; what builds on it; what is beside it."""
    return await graph.tree(call.read, skill_id)


@get("/skills/{skill_id:uuid}/path", public=True, refuses=(no.SkillNotFound,))
async def read_skill_path(call: Call, skill_id: UUID) -> PathView:
    """Read the order in which to learn what a skill builds on, the skill itself last."""
    return await graph.path(call.read, skill_id)


@get("/skills/{skill_id:uuid}/prerequisites", public=True, refuses=(no.SkillNotFound,))
async def list_skill_prerequisites(call: Call, skill_id: UUID) -> Page[LinkView]:
    """List what a skill directly builds on, the most important first."""
    return await graph.requirements_of(call.read, skill_id, call.by)


@get("/skills/{skill_id:uuid}/related", public=True, refuses=(no.SkillNotFound,))
async def list_related_skills(call: Call, skill_id: UUID) -> Page[RelationView]:
    """List what is beside a skill, the closest first."""
    return await graph.related_to(call.read, skill_id, call.by)


@get("/skills/{skill_id:uuid}/demand", public=True, refuses=(no.SkillNotFound,))
async def read_skill_demand(call: Call, skill_id: UUID) -> DemandView:
    """Read how many want and offer a skill: totals, learners per teacher, the last twelve weeks, what an hour costs."""
    return await demand.demand(call.read, skill_id)


@post("/skills", created="/skills/{id}", etag=True, refuses=(no.SkillExists, no.TooManyProposals, *GRAPH, AccountNotActive), example=NEW)
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


@delete("/skills/{skill_id:uuid}", refuses=(no.SkillNotFound, no.NotYourProposal, no.SkillMerged))
async def remove_skill(call: Call, skill_id: UUID) -> Answer[Deleted]:
    """Take a skill out of the catalogue; who has listed it keeps it. Members withdraw own proposals so."""
    return await call.run(retire_skill, skill_id)


@get("/skills/{skill_id:uuid}/resources", public=True, refuses=(no.SkillNotFound,))
async def list_skill_resources(call: Call, skill_id: UUID, query: ResourceQuery) -> Page[ResourceView]:
    """List where to learn a skill: courses, books, videos. Members see their own proposals with `status=proposed`."""
    return await resources.resources(call.read, skill_id, query, call.by)


@post(
    "/skills/{skill_id:uuid}/resources",
    created="/skills/{skill_id}/resources/{id}",
    etag=True,
    refuses=(no.SkillNotFound, no.ResourceExists, no.TooManyProposals, AccountNotActive),
    example=COURSE,
)
async def create_skill_resource(call: Call, skill_id: UUID, data: NewResource) -> Answer[ResourceView]:
    """Publish a learning resource (permission skill.publish), or propose one."""
    return await call.run(add_resource, skill_id, data)


@patch(
    "/skills/{skill_id:uuid}/resources/{resource_id:uuid}",
    etag=True,
    refuses=(*EDITING_RESOURCES, no.ResourceExists, AccountNotActive),
    example={"status": "active"},
)
async def edit_skill_resource(call: Call, skill_id: UUID, resource_id: UUID, data: ChangeResource) -> Answer[ResourceView]:
    """Change a resource: staff any, and alone its status and the reason; a member an own proposal."""
    return await call.run(change_resource, skill_id, resource_id, data, call.match)


@delete("/skills/{skill_id:uuid}/resources/{resource_id:uuid}", refuses=EDITING_RESOURCES)
async def remove_skill_resource(call: Call, skill_id: UUID, resource_id: UUID) -> Answer[Deleted]:
    """Remove a resource: staff any, a member an own proposal."""
    return await call.run(delete_resource, skill_id, resource_id)
