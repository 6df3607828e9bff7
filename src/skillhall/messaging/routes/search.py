"""HTTP of the search in one's messages."""

from skillhall.kernel.http import Call, get
from skillhall.kernel.shapes import Page
from skillhall.messaging.model.participation import FoundMessageView
from skillhall.messaging.queries.search import MessageSearch, found_messages


@get("/messages/search")
async def search_messages(call: Call, query: MessageSearch) -> Page[FoundMessageView]:
    """Search what was said where you take part: every word as the beginning of a word, newest messages first."""
    return await found_messages(call.read, query, call.by)
