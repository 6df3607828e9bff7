"""What connections says: ids alone. Sides of a connection stay who they were when it was asked for."""

from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Event

CONNECTION = ("connection", "connection_id")
FOLLOWED = ("profile", "followed_id")


class ConnectionFact(Event, frozen=True, kw_only=True):
    """What all facts about a connection carry: both sides, as profiles and as accounts."""

    connection_id: UUID
    requester_id: UUID
    requester_account_id: UUID
    addressee_id: UUID
    addressee_account_id: UUID


class Requested(ConnectionFact, frozen=True, kw_only=True):
    """The requester asks the addressee to connect."""

    name: ClassVar[str] = "connections.requested"
    about: ClassVar[tuple[str, str]] = CONNECTION
    public: ClassVar[bool] = True


class Accepted(ConnectionFact, frozen=True, kw_only=True):
    """The two are connected now: the addressee has said yes, or has asked in turn."""

    name: ClassVar[str] = "connections.accepted"
    about: ClassVar[tuple[str, str]] = CONNECTION
    public: ClassVar[bool] = True


class Rejected(ConnectionFact, frozen=True, kw_only=True):
    """The addressee has said no."""

    name: ClassVar[str] = "connections.rejected"
    about: ClassVar[tuple[str, str]] = CONNECTION


class Withdrawn(ConnectionFact, frozen=True, kw_only=True):
    """The requester does not ask any more."""

    name: ClassVar[str] = "connections.withdrawn"
    about: ClassVar[tuple[str, str]] = CONNECTION


class Removed(ConnectionFact, frozen=True, kw_only=True):
    """The two were connected and are not any more: by one of them, by a block, or because a profile is gone."""

    name: ClassVar[str] = "connections.removed"
    about: ClassVar[tuple[str, str]] = CONNECTION
    public: ClassVar[bool] = True


class FollowFact(Event, frozen=True, kw_only=True):
    """What both facts about a follow carry."""

    follower_id: UUID
    follower_account_id: UUID
    followed_id: UUID
    followed_account_id: UUID


class Followed(FollowFact, frozen=True, kw_only=True):
    """One profile follows another."""

    name: ClassVar[str] = "connections.followed"
    about: ClassVar[tuple[str, str]] = FOLLOWED
    public: ClassVar[bool] = True


class Unfollowed(FollowFact, frozen=True, kw_only=True):
    """It does not follow any more: by itself, by a block, or because a profile is gone."""

    name: ClassVar[str] = "connections.unfollowed"
    about: ClassVar[tuple[str, str]] = FOLLOWED
    public: ClassVar[bool] = True
