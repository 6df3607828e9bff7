"""Learning resources of a skill: members propose, staff publishes, changes and removes."""

from uuid import UUID

from msgspec import UNSET, structs

from skillhall.identity.api import check_active
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted, Match
from skillhall.kernel.shapes import Subject
from skillhall.skills.events import ResourceProposed
from skillhall.skills.model.refusals import NotYourResource, ResourceNotFound, SkillNotFound, TooManyProposals
from skillhall.skills.model.resource import ChangeResource, NewResource, Resource, ResourceView
from skillhall.skills.model.skill import PUBLISH, SkillRules
from skillhall.skills.queries import resources as queries
from skillhall.skills.store import catalogue, members
from skillhall.skills.store import resources as store


async def add_resource(tx: Tx, by: Actor, skill_id: UUID, command: NewResource) -> ResourceView:
    """Publish a resource, or propose one."""
    await members.lock_lists(tx, by.account_id)
    skill = await catalogue.skill(tx, await catalogue.canonical(tx, skill_id))
    if skill.state != "active":
        raise SkillNotFound(skill=str(skill_id))
    allowed = tx.setting(SkillRules).open_proposals
    if not by.may(PUBLISH) and await store.proposed(tx, by.account_id) >= allowed:
        raise TooManyProposals(allowed=allowed)
    new = Resource(
        id=ids.new(),
        skill_id=skill.id,
        kind=command.kind,
        title=command.title.strip(),
        url=command.url,
        state="active" if by.may(PUBLISH) else "proposed",
        account_id=by.account_id,
    )
    await store.insert(tx, new)
    await check_active(tx, by.account_id)
    if by.may(PUBLISH):
        tx.audit("skills.add_resource", Subject("skill", skill.id), after={"url": new.url})
    else:
        tx.publish(ResourceProposed(skill_id=skill.id, resource_id=new.id, account_id=by.account_id))
    return await queries.resource_view(tx, new.id)


async def change_resource(tx: Tx, by: Actor, skill_id: UUID, resource_id: UUID, command: ChangeResource, match: Match) -> ResourceView:
    """Write the sent fields: staff those of all, and alone status and reason; a member those of an own proposal."""
    old = await _own_or_staffs(tx, by, skill_id, resource_id)
    match.check(old.version)
    names = {"kind": "kind", "title": "title", "url": "url", "status": "state", "reason": "reason"}
    sent = {stored: value for field, stored in names.items() if (value := getattr(command, field)) is not UNSET}
    if "title" in sent:
        sent["title"] = sent["title"].strip()
    if not by.may(PUBLISH) and not sent.keys() <= {"kind", "title", "url"}:
        raise NotYourResource
    changed = structs.replace(old, **sent)
    if changed != old:
        await store.update(tx, changed)
        await check_active(tx, by.account_id)
        if by.may(PUBLISH):
            before, after = ({"url": one.url, "status": one.state} for one in (old, changed))
            tx.audit("skills.change_resource", Subject("skill", old.skill_id), before=before, after=after, reason=changed.reason)
    return await queries.resource_view(tx, resource_id)


async def delete_resource(tx: Tx, by: Actor, skill_id: UUID, resource_id: UUID) -> Deleted:
    """Remove it: staff any, a member an own proposal."""
    old = await _own_or_staffs(tx, by, skill_id, resource_id)
    await store.delete(tx, resource_id)
    if by.may(PUBLISH):
        tx.audit("skills.delete_resource", Subject("skill", old.skill_id), before={"url": old.url})
    return Deleted(id=resource_id)


async def _own_or_staffs(tx: Tx, by: Actor, skill_id: UUID, resource_id: UUID) -> Resource:
    resource = await store.lock_resource(tx, await catalogue.canonical(tx, skill_id), resource_id)
    if by.may(PUBLISH) or (resource.account_id == by.account_id and resource.state == "proposed"):
        return resource
    if resource.state != "active" and resource.account_id != by.account_id:
        raise ResourceNotFound(resource_id=resource_id)
    raise NotYourResource
