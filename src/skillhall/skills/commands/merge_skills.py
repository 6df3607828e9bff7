"""Merging a duplicate into another skill."""

from uuid import UUID

import msgspec

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.skills.commands.edit_graph import check_place
from skillhall.skills.events import ProposalDecided, SkillsMerged
from skillhall.skills.model.decision import Merge
from skillhall.skills.model.member import LEVELS
from skillhall.skills.model.refusals import MergedIntoItself, NotPublished, SkillMerged
from skillhall.skills.model.skill import MOST_NAMES, Skill, joined
from skillhall.skills.model.views import SkillView
from skillhall.skills.queries import catalogue as queries
from skillhall.skills.store import catalogue, graph, members, merging
from skillhall.skills.tasks import NameAgain


async def merge_skills(tx: Tx, by: Actor, skill_id: UUID, command: Merge) -> SkillView:
    """Make one skill of two: the first leads to `into` for ever, which takes over its names, links, people and figures."""
    await graph.lock_graph(tx)
    await merge(tx, await catalogue.skill(tx, skill_id), command.into, command.reason)
    return await queries.skill_view(tx, command.into, by)


async def merge(tx: Tx, gone: Skill, into_id: UUID, reason: str | None) -> None:
    """Merge; refuse what would close a circle of prerequisites, or make a chain too long. The graph is locked."""
    if gone.merged_into is not None:
        raise SkillMerged(into=gone.merged_into)
    if gone.id == into_id:
        raise MergedIntoItself
    await members.lock_all_lists(tx)
    into = await catalogue.skill(tx, into_id)
    if into.state != "active":
        raise NotPublished(skill=into.slug)
    await merging.move_graph(tx, gone.id, into.id)
    await check_place(tx, into.id, await graph.required(tx, into.id))
    await merging.move_people(tx, gone.id, into.id, list(LEVELS))
    await merging.bury(tx, gone, _together(gone, into), reason)
    tx.audit("skills.merge", Subject("skill", gone.id), before={"slug": gone.slug}, after={"into": into.slug}, reason=reason)
    tx.publish(SkillsMerged(skill_id=gone.id, into_id=into.id))
    if gone.state == "under_review" and gone.account_id is not None:
        tx.publish(ProposalDecided(skill_id=gone.id, account_id=gone.account_id, decision="merged"))
    tx.enqueue(NameAgain(skill_id=into.id))


def _together(gone: Skill, into: Skill) -> Skill:
    """Return the skill that stays with the names, tags, tools and industries of both, as many as one may have: the old name comes first."""
    aliases = [alias for alias in joined([gone.name], into.aliases, gone.aliases) if alias.casefold() != into.name.casefold()]
    return msgspec.structs.replace(
        into,
        aliases=aliases[:MOST_NAMES],
        tags=joined(into.tags, gone.tags)[:MOST_NAMES],
        tools=joined(into.tools, gone.tools)[:MOST_NAMES],
        industries=joined(into.industries, gone.industries)[:MOST_NAMES],
    )
