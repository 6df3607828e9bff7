"""Who knows whom in the demo community: learners and those they learned with ask each other, and follow."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct

from skillhall.connections.api import Connection, Follow
from skillhall.deploy.demo_people import Member
from skillhall.deploy.demo_profiles import happens
from skillhall.kernel.ids import derived
from skillhall.learning.api import GroupHistory, History

CONNECTED_SHARE, ANSWERED_SHARE, FOLLOW_SHARE, FOLLOW_BACK_SHARE = 0.6, 0.85, 0.5, 0.1
MESSAGES = ("Thank you for the lesson!", "We met in your group and I would like to stay in touch.", "Shall we go on together some time?")


class Acquainted(Struct, frozen=True, kw_only=True):
    """Every connection, answered or not, and every follow."""

    connections: list[Connection]
    follows: list[Follow]


def acquainted(members: Sequence[Member], histories: Sequence[History | GroupHistory], now: datetime) -> Acquainted:
    """Return who is connected to whom and follows whom as of `now`; all of it came of a booking."""
    random = Random("skillhall demo connections")  # noqa: S311 - the same at every load
    found = Acquainted(connections=[], follows=[])
    for learner, host, met_at in _meetings(members, histories):
        if (asked_at := met_at + timedelta(minutes=random.randint(10, 1440))) > now:
            continue
        if happens(random, CONNECTED_SHARE):
            found.connections.append(_connection(random, learner, host, asked_at, now))
        if happens(random, FOLLOW_SHARE):
            found.follows.append(_follow(learner, host, asked_at))
        if happens(random, FOLLOW_BACK_SHARE):
            found.follows.append(_follow(host, learner, asked_at))
    return found


def _meetings(members: Sequence[Member], histories: Sequence[History | GroupHistory]) -> Iterator[tuple[Member, Member, datetime]]:
    """Yield learner, host and the hour of their first booking, each two people once."""
    known, seen = {member.id: member for member in members}, set[frozenset[object]]()
    for history in histories:
        taken = history.steps if isinstance(history, GroupHistory) else ()
        learners = [history.learner_id] if isinstance(history, History) else [step.by for step in taken if step.verb == "take"]
        for learner_id in learners:
            two = frozenset({learner_id, history.offer.host_id})
            if two not in seen:
                seen.add(two)
                yield known[learner_id], known[history.offer.host_id], history.booked_at


def _connection(random: Random, learner: Member, host: Member, asked_at: datetime, now: datetime) -> Connection:
    asked = Connection(
        id=derived("demo", "connection", learner.id, host.id),
        requester_id=learner.profile_id,
        requester_account_id=learner.id,
        addressee_id=host.profile_id,
        addressee_account_id=host.id,
        message=random.choice(MESSAGES) if happens(random, 0.4) else None,
        asked_at=asked_at,
    )
    answered_at = asked_at + timedelta(minutes=random.randint(5, 4320))
    return asked.accepted(host.id, answered_at) if answered_at < now and happens(random, ANSWERED_SHARE) else asked


def _follow(follower: Member, followed: Member, at: datetime) -> Follow:
    return Follow(
        follower_id=follower.profile_id,
        follower_account_id=follower.id,
        followed_id=followed.profile_id,
        followed_account_id=followed.id,
        followed_at=at,
    )
