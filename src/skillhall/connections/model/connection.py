"""The connection of two profiles: asked for, answered, taken back, asked for again.

pending → accepted | rejected | withdrawn; rejected, withdrawn → pending (asked again). Removing an accepted one deletes its row.
"""

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal, Self, get_args
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from skillhall.connections.model.refusals import AlreadyConnected, AskedTooSoon, ConnectionNotFound, NotYoursToDecide, WrongState
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, Instant, View, instant
from skillhall.profiles.api import PersonCard

State = Literal["pending", "accepted", "rejected", "withdrawn"]
Direction = Literal["incoming", "outgoing"]
Reason = Literal["mutual_connections", "you_follow", "follows_you", "shared_skills", "well_known"]
ALIASES: Final[dict[str, State]] = {"connected": "accepted", "requested": "pending", "sent": "pending", "declined": "rejected"}


class ConnectionRules(Struct, frozen=True, kw_only=True):
    """What an operator may set about connections."""

    ask_again_days: int = 30
    ask_again_days_after_withdrawal: int = 1


class Party(Struct, frozen=True, kw_only=True):
    """One side: a profile and its account."""

    id: UUID
    account_id: UUID


class Connection(Struct, frozen=True, kw_only=True):
    """One row per unordered pair of profiles; who asked last is the requester. Times are business time."""

    id: UUID
    requester_id: UUID
    requester_account_id: UUID
    addressee_id: UUID
    addressee_account_id: UUID
    state: State = "pending"
    message: str | None = None
    asked_at: datetime
    decided_at: datetime | None = None
    ask_again_at: datetime | None = None

    @property
    def profile_ids(self) -> tuple[UUID, UUID]:
        """Both sides."""
        return self.requester_id, self.addressee_id

    def asked_again(self, new: "Connection") -> Self:
        """Return the connection after `new` was asked for between the same two.

        Asking twice is asking once; asking somebody who has asked accepts; who was rejected or has withdrawn waits for `ask_again_at`.
        """
        is_same_way = self.requester_id == new.requester_id
        if self.state == "accepted":
            raise AlreadyConnected(connection_id=self.id)
        if self.state == "pending":
            return self if is_same_way else self._decided("accepted", new.asked_at)
        if is_same_way and self.ask_again_at is not None and new.asked_at < self.ask_again_at:
            raise AskedTooSoon(ask_again_at=instant(self.ask_again_at))
        fields = {name: getattr(new, name) for name in new.__struct_fields__}
        return msgspec.structs.replace(self, **{**fields, "id": self.id})

    def accepted(self, account_id: UUID, now: datetime) -> Self:
        """Return it accepted by its addressee; accepting twice is accepting once."""
        self._check_side(account_id, self.addressee_account_id)
        return self if self.state == "accepted" else self._decided("accepted", now)

    def rejected(self, account_id: UUID, now: datetime, rules: ConnectionRules) -> Self:
        """Return it rejected by its addressee; rejecting twice is rejecting once."""
        self._check_side(account_id, self.addressee_account_id)
        if self.state == "rejected":
            return self
        return self._decided("rejected", now, now + timedelta(days=rules.ask_again_days))

    def withdrawn(self, account_id: UUID, now: datetime, rules: ConnectionRules) -> Self:
        """Return it withdrawn by its requester; withdrawing twice is withdrawing once."""
        self._check_side(account_id, self.requester_account_id)
        if self.state == "withdrawn":
            return self
        return self._decided("withdrawn", now, now + timedelta(days=rules.ask_again_days_after_withdrawal))

    def check_seen(self, account_id: UUID) -> None:
        """Refuse whoever is no side of it; a request taken back was never made, as far as the addressee can tell."""
        if account_id != self.requester_account_id and (account_id != self.addressee_account_id or self.state == "withdrawn"):
            raise ConnectionNotFound(connection_id=self.id)

    def other(self, account_id: UUID) -> Party:
        """Return the side that is not this account's."""
        if account_id == self.requester_account_id:
            return Party(id=self.addressee_id, account_id=self.addressee_account_id)
        return Party(id=self.requester_id, account_id=self.requester_account_id)

    def _check_side(self, account_id: UUID, decides: UUID) -> None:
        self.check_seen(account_id)
        if account_id != decides:
            raise NotYoursToDecide

    def _decided(self, state: State, now: datetime, ask_again_at: datetime | None = None) -> Self:
        if self.state != "pending":
            raise WrongState(status=self.state, verb=state)
        return msgspec.structs.replace(self, state=state, decided_at=now, ask_again_at=ask_again_at)


class AskToConnect(Body, frozen=True, kw_only=True):
    """Whom to ask: `profileId`, or `addresseeProfileId` as older clients write it. The message is for them alone."""

    profile_id: UUID | UnsetType = UNSET
    addressee_profile_id: UUID | UnsetType = UNSET
    message: Annotated[str, Meta(max_length=500, examples=["We met at the cello workshop."])] | None = None

    @property
    def asked_id(self) -> UUID:
        """The profile that is asked; refuses none, and two that differ."""
        given = {one for one in (self.profile_id, self.addressee_profile_id) if one is not UNSET}
        if len(given) != 1:
            problem = "Say whom you ask." if not given else "Must be the same as addresseeProfileId, or absent."
            raise Invalid(FieldError("profileId", "body", "connections.one_profile", problem))
        return given.pop()

    @property
    def text(self) -> str | None:
        """The message without the spaces around it; nothing when nothing is left."""
        return (self.message or "").strip() or None


class ConnectionView(View, frozen=True, kw_only=True):
    """A connection as one side sees it: `profile` is the other side, `mutualCount` how many connections the two share.

    `message` is what the requester wrote. `askAgainAt` tells a requester who was rejected or has withdrawn when to try again.
    """

    id: UUID
    status: State
    direction: Direction
    profile: PersonCard
    requester_profile_id: UUID
    addressee_profile_id: UUID
    message: str | None
    mutual_count: int
    created_at: Instant
    connected_at: Instant | None
    updated_at: Instant
    ask_again_at: Instant | None


class MutualView(View, frozen=True, kw_only=True):
    """Somebody both are connected to, and since when the caller is."""

    profile: PersonCard
    connected_at: Instant


class SuggestionView(View, frozen=True, kw_only=True):
    """Somebody to connect with, and why: `mutualCount` shared connections, a follow either way, the same skills, or known to many."""

    profile: PersonCard
    reason: Reason
    mutual_count: int
    is_following: bool
    follows_you: bool
    shared_skills: list[str]


class StandingView(View, frozen=True, kw_only=True):
    """How the caller stands to a profile, and how many it knows. `status` is `none` when there is nothing between the two."""

    profile_id: UUID
    status: Literal["none", "pending", "accepted", "rejected", "withdrawn"]
    direction: Direction | None
    connection_id: UUID | None
    ask_again_at: Instant | None
    is_own: bool
    is_following: bool
    follows_you: bool
    mutual_count: int
    connections: int
    followers: int
    following: int


def state_of(word: str) -> State:
    """Return the state a client means, in any letter case and with any source's word."""
    plain = word.strip().lower()
    if plain in get_args(State):
        return msgspec.convert(plain, State)
    if plain in ALIASES:
        return ALIASES[plain]
    raise Invalid(FieldError("status", "query", "not_an_option", f"One of: {', '.join(get_args(State))}."))
