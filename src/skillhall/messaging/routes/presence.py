"""HTTP of presence: who is here now."""

from skillhall.kernel.http import Call, get
from skillhall.messaging.queries.presence import PresenceQuery, PresenceView, online_among


@get("/presence")
async def read_presence(call: Call, query: PresenceQuery) -> PresenceView:
    """Read who of the people you share a conversation with is here now; `accountIds` asks about these alone."""
    return await online_among(call.read, call.by, query.account_ids)
