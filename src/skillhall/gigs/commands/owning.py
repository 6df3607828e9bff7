"""Whose project it is."""

from uuid import UUID

from skillhall.gigs.model.project import Project
from skillhall.gigs.queries.projects import seen
from skillhall.gigs.store import projects as store
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx


async def own_project(tx: Tx, by: Actor, project_id: UUID) -> Project:
    """Lock a project of the caller's. Of somebody else's, only who may see it learns that it is not theirs."""
    found = await store.lock_project(tx, project_id)
    if found.account_id != by.account_id:
        await seen(tx, project_id, by)
    found.check_owner(by.account_id)
    return found
