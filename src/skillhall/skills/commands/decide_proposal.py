"""Deciding about a proposal: it is published, merged into a skill there is, or rejected with a reason."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.skills.commands.merge_skills import merge
from skillhall.skills.events import ProposalDecided, SkillPublished
from skillhall.skills.model.decision import Approve
from skillhall.skills.model.refusals import ProposalDecided as Decided
from skillhall.skills.model.skill import Skill
from skillhall.skills.model.verification import Rejection
from skillhall.skills.model.views import SkillView
from skillhall.skills.queries import catalogue as queries
from skillhall.skills.store import catalogue as store
from skillhall.skills.store import graph


async def approve_proposal(tx: Tx, by: Actor, skill_id: UUID, command: Approve) -> SkillView:
    """Publish it, or merge it into another one; answer the skill that stands now."""
    proposal = await _waiting(tx, skill_id)
    if command.into is not None:
        await merge(tx, proposal, command.into, command.reason)
        return await queries.skill_view(tx, command.into, by)
    await store.decide(tx, skill_id, "active", None)
    tx.audit("skills.approve", Subject("skill", skill_id), after={"slug": proposal.slug}, reason=command.reason)
    tx.publish(SkillPublished(skill_id=skill_id))
    tell_proposer(tx, proposal, is_approved=True)
    return await queries.skill_view(tx, skill_id, by)


async def reject_proposal(tx: Tx, by: Actor, skill_id: UUID, command: Rejection) -> SkillView:
    """Reject it; its proposer reads why, and its name is free again."""
    proposal = await _waiting(tx, skill_id)
    await store.decide(tx, skill_id, "rejected", command.reason)
    tx.audit("skills.reject", Subject("skill", skill_id), before={"slug": proposal.slug}, reason=command.reason)
    tell_proposer(tx, proposal, is_approved=False)
    return await queries.skill_view(tx, skill_id, by)


async def _waiting(tx: Tx, skill_id: UUID) -> Skill:
    """Return a proposal under review. The graph is locked, so that one of two decides."""
    await graph.lock_graph(tx)
    skill = await store.skill(tx, skill_id)
    if skill.state != "under_review":
        raise Decided(state=skill.state)
    return skill


def tell_proposer(tx: Tx, proposal: Skill, *, is_approved: bool) -> None:
    """Say what became of a proposal; nothing of a skill that was none."""
    if proposal.state == "under_review" and proposal.account_id is not None:
        decision = "approved" if is_approved else "rejected"
        tx.publish(ProposalDecided(skill_id=proposal.id, account_id=proposal.account_id, decision=decision))
