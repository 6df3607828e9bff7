"""Adding to the catalogue: staff publishes, a member proposes."""

from skillhall.identity.api import check_active
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.skills.commands.edit_graph import check_category, check_links, rebuild
from skillhall.skills.events import SkillProposed, SkillPublished
from skillhall.skills.model.refusals import TooManyProposals
from skillhall.skills.model.skill import PUBLISH, NewSkill, Skill, SkillRules, skill_id_of, slug_of
from skillhall.skills.model.views import SkillView
from skillhall.skills.queries import catalogue as queries
from skillhall.skills.store import catalogue as store
from skillhall.skills.store import graph, members


async def add_skill(tx: Tx, by: Actor, command: NewSkill) -> SkillView:
    """Publish a skill, or propose one: it then waits under review, seen by its proposer and staff."""
    is_staff = by.may(PUBLISH)
    await graph.lock_graph(tx)
    if not is_staff:
        await members.lock_lists(tx, by.account_id)
        allowed = tx.setting(SkillRules).open_proposals
        if await store.open_proposals(tx, by.account_id) >= allowed:
            raise TooManyProposals(allowed=allowed)
    skill = _new(by, command, is_active=is_staff)
    await check_category(tx, skill.category_slug, skill.subcategory_slug)
    await check_links(tx, skill.id, command.prerequisites, command.related)
    await store.check_name(tx, skill.name, skill.id)
    await store.insert_skill(tx, skill)
    await rebuild(tx, skill.id, command.prerequisites)
    await graph.set_relations(tx, skill.id, command.related)
    await check_active(tx, by.account_id)
    if is_staff:
        tx.audit("skills.publish", Subject("skill", skill.id), after={"slug": skill.slug}, reason=command.reason)
        tx.publish(SkillPublished(skill_id=skill.id))
    else:
        tx.publish(SkillProposed(skill_id=skill.id, account_id=by.account_id))
    return await queries.skill_view(tx, skill.id, by)


def _new(by: Actor, command: NewSkill, *, is_active: bool) -> Skill:
    slug = slug_of(command.name)
    return Skill(
        id=skill_id_of(slug),
        slug=slug,
        name=command.name.strip(),
        category_slug=command.category,
        subcategory_slug=command.subcategory,
        difficulty=command.difficulty,
        description=command.description,
        aliases=command.aliases,
        tags=command.tags,
        tools=command.tools,
        industries=command.industries,
        estimated_learning_time=command.estimated_learning_time,
        state="active" if is_active else "under_review",
        account_id=by.account_id,
        profile_id=by.profile_id,
    )
