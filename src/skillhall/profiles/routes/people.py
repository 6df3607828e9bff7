"""HTTP of people: members and workers by their account, as the older clients know them."""

from uuid import UUID

import msgspec

from skillhall.kernel.http import Call, get
from skillhall.kernel.shapes import Page
from skillhall.profiles.model.refusals import PersonNotFound, WorkerNotFound
from skillhall.profiles.model.views import PersonView, WorkerView
from skillhall.profiles.queries import directory
from skillhall.profiles.queries.directory import PeopleQuery, PeopleSearchQuery, WorkerQuery


@get("/users")
async def list_people(call: Call, query: PeopleQuery) -> Page[PersonView]:
    """List members, each behind their primary profile; never with an address."""
    return await directory.people(call.read, query, call.by)


@get("/users/search", limit="people_search")
async def search_people(call: Call, query: PeopleSearchQuery) -> Page[PersonView]:
    """Search members by name, username, bio and place."""
    return await directory.people(call.read, query, call.by)


@get("/users/teachers/search", limit="people_search")
async def search_teachers(call: Call, query: PeopleQuery) -> Page[PersonView]:
    """Search members who give lessons."""
    return await directory.people(call.read, msgspec.structs.replace(query, ability="host"), call.by)


@get("/users/{account_id:uuid}", refuses=(PersonNotFound,))
async def read_person(call: Call, account_id: UUID) -> PersonView:
    """Read a member, as far as they show themselves to you."""
    return await directory.person_view(call.read, account_id, call.by)


@get("/workers")
async def list_workers(call: Call, query: WorkerQuery) -> Page[WorkerView]:
    """List members who offer work, each behind their professional profile."""
    return await directory.workers(call.read, query, call.by)


@get("/workers/{account_id:uuid}", refuses=(WorkerNotFound,))
async def read_worker(call: Call, account_id: UUID) -> WorkerView:
    """Read a member who offers work."""
    return await directory.worker_view(call.read, account_id, call.by)
