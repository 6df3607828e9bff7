"""The face of connections: who is connected, who follows, what profiles have put aside and the port for it, adopting. No logic."""

from skillhall.connections.commands.adopt import adopt
from skillhall.connections.commands.save import save
from skillhall.connections.commands.unsave import unsave
from skillhall.connections.model.bookmark import BookmarkView, NewBookmark, SavedCard, Shelf
from skillhall.connections.model.connection import Connection
from skillhall.connections.model.follow import Follow
from skillhall.connections.model.refusals import SubjectNotFound
from skillhall.connections.ports import Savable
from skillhall.connections.queries.bookmarks import BookmarkQuery, bookmarks_page
from skillhall.connections.queries.relations import connected_among, find_state, followed_among

__all__ = [
    "BookmarkQuery",
    "BookmarkView",
    "Connection",
    "Follow",
    "NewBookmark",
    "Savable",
    "SavedCard",
    "Shelf",
    "SubjectNotFound",
    "adopt",
    "bookmarks_page",
    "connected_among",
    "find_state",
    "followed_among",
    "save",
    "unsave",
]
