"""The face of connections: who is connected, what is adopted in bulk, and the port for what can be put aside. No logic."""

from skillhall.connections.commands.adopt import adopt
from skillhall.connections.model.bookmark import SavedCard
from skillhall.connections.model.connection import Connection
from skillhall.connections.model.follow import Follow
from skillhall.connections.ports import Savable
from skillhall.connections.queries.relations import connected_among

__all__ = ["Connection", "Follow", "Savable", "SavedCard", "adopt", "connected_among"]
