"""HTTP of connections: asking, answering, whom one shares, whom to ask."""

from uuid import UUID

from skillhall.connections.commands.accept import accept_connection
from skillhall.connections.commands.reject import reject_connection
from skillhall.connections.commands.remove import remove_connection
from skillhall.connections.commands.request import request_connection
from skillhall.connections.commands.withdraw import withdraw_connection
from skillhall.connections.model.connection import AskToConnect, ConnectionView, MutualView, StandingView, SuggestionView
from skillhall.connections.model.refusals import (
    AddressNotVerified,
    AlreadyConnected,
    AskedTooSoon,
    ConnectionNotFound,
    NotYoursToDecide,
    OneselfMeant,
    ProfileNotShown,
    WrongState,
)
from skillhall.connections.queries import connections as queries
from skillhall.connections.queries.connections import ConnectionQuery
from skillhall.connections.queries.relations import standing
from skillhall.connections.queries.suggestions import SuggestionQuery, suggestions
from skillhall.identity.api import AccountNotActive
from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, post, put
from skillhall.kernel.shapes import ListQuery, Page
from skillhall.profiles.api import ProfileNotFound

ASK = {"profileId": "01936f7e-2c4b-7d3a-9f10-5b8e2a6c4d01", "message": "We met at the cello workshop."}
DECIDING = (ConnectionNotFound, NotYoursToDecide, WrongState)


@get("/connections")
async def list_connections(call: Call, query: ConnectionQuery) -> Page[ConnectionView]:
    """List the connections of the profile you act as: accepted ones, or those of another `status`, `incoming` or `outgoing`."""
    return await queries.connections_page(call.read, query, call.by)


@post(
    "/connections/request",
    created="/connections/{id}",
    key=Key.NATURAL,
    limit="connection_request",
    refuses=(ProfileNotFound, OneselfMeant, AlreadyConnected, AskedTooSoon, ProfileNotShown, AddressNotVerified, AccountNotActive),
    example=ASK,
)
async def send_connection_request(call: Call, data: AskToConnect) -> Answer[ConnectionView]:
    """Ask somebody to connect. Asking twice is asking once; asking somebody who has asked you connects you."""
    return await call.run(request_connection, data)


@get("/connections/suggestions")
async def list_connection_suggestions(call: Call, query: SuggestionQuery) -> Page[SuggestionView]:
    """List people to connect with: those you share connections with, those who follow you or whom you follow."""
    return await suggestions(call.read, query, call.by)


@get("/connections/mutual/{profile_id:uuid}", refuses=(ProfileNotFound,))
async def list_mutual_connections(call: Call, profile_id: UUID, query: ListQuery) -> Page[MutualView]:
    """List the connections you share with a profile."""
    return await queries.mutual_page(call.read, profile_id, query, call.by)


@get("/connections/with/{profile_id:uuid}", refuses=(ProfileNotFound,))
async def read_standing(call: Call, profile_id: UUID) -> StandingView:
    """Read how you stand to a profile: connection, follows, what you share, and how many it knows."""
    return await standing(call.read, profile_id, call.by)


@get("/connections/{connection_id:uuid}", refuses=(ConnectionNotFound,))
async def read_connection(call: Call, connection_id: UUID) -> ConnectionView:
    """Read one of your connections."""
    return await queries.connection_view(call.read, connection_id, call.by)


@put("/connections/{connection_id:uuid}/accept", refuses=(*DECIDING, ProfileNotFound, AccountNotActive))
async def agree_to_connection(call: Call, connection_id: UUID) -> Answer[ConnectionView]:
    """Accept a request that was made to you."""
    return await call.run(accept_connection, connection_id)


@put("/connections/{connection_id:uuid}/reject", refuses=DECIDING)
async def decline_connection(call: Call, connection_id: UUID) -> Answer[ConnectionView]:
    """Reject a request that was made to you. Its sender may ask again after 30 days, you may ask at any time."""
    return await call.run(reject_connection, connection_id)


@put("/connections/{connection_id:uuid}/withdraw", refuses=DECIDING)
async def take_connection_request_back(call: Call, connection_id: UUID) -> Answer[ConnectionView]:
    """Take back a request of yours."""
    return await call.run(withdraw_connection, connection_id)


@delete("/connections/{connection_id:uuid}", refuses=(ConnectionNotFound, WrongState))
async def end_connection(call: Call, connection_id: UUID) -> Answer[Deleted]:
    """Remove a connection; of a request, take back your own or reject another's."""
    return await call.run(remove_connection, connection_id)
