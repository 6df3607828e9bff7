"""What the named members of the demo community have been told lately, part of it unread."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from msgspec import Struct

from skillhall.deploy.demo_connections import Acquainted
from skillhall.deploy.demo_people import Member
from skillhall.deploy.demo_profiles import happens
from skillhall.kernel.money import CREDIT, Money
from skillhall.kernel.shapes import Subject
from skillhall.messaging.api import AdoptedConversation, Say
from skillhall.notifications.api import AdoptedNotice, Fact, Notice

REQUESTED: Final = "learning.session_requested"
LESSONS: Final = frozenset({REQUESTED, "learning.session_scheduled", "learning.session_completed"})
READ_SHARE, FRESH = 0.5, timedelta(days=1)


class Told(Struct, frozen=True, kw_only=True):
    """What the hall said in a conversation, and when."""

    at: datetime
    say: Say


def notices(
    random: Random, named: Mapping[UUID, Member], people: Mapping[UUID, Member], told: Sequence[Told], known: Acquainted,
    conversations: Sequence[AdoptedConversation], now: datetime,
) -> list[AdoptedNotice]:  # fmt: skip
    """Return what each of `named` was told of lessons, people and messages; the older ones are read."""
    found = [*_of_lessons(named, people, told), *_of_people(named, people, known)]
    read = [AdoptedNotice(notice=one, at=at, read_at=_read_at(random, at, now)) for at, one in found]
    return [*read, *(AdoptedNotice(notice=one, at=at) for at, one in _of_messages(named, people, conversations))]


def _read_at(random: Random, at: datetime, now: datetime) -> datetime | None:
    """Return when somebody read what they were told then."""
    read_at = at + timedelta(minutes=random.randint(1, 1200))
    return read_at if read_at < now and (now - at > FRESH or happens(random, READ_SHARE)) else None


def _of_lessons(named: Mapping[UUID, Member], people: Mapping[UUID, Member], told: Sequence[Told]) -> Iterator[tuple[datetime, Notice]]:
    for one in told:
        host, learner = one.say.members
        for reader, other in ((host, learner), (learner, host)):
            if reader.account_id in named and one.say.code in LESSONS and not (one.say.code == REQUESTED and reader == learner):
                yield one.at, _of_lesson(one.say, reader.account_id, people[other.account_id], is_host=reader == host)


def _of_lesson(said: Say, reader: UUID, other: Member, *, is_host: bool) -> Notice:
    starts_at = datetime.fromisoformat(str(said.params["startsAt"]))
    facts: dict[str, Fact] = {"title": said.title, "starts_at": starts_at, "other": other.account.display_name, "others": 1}
    if said.code == REQUESTED:
        facts |= {"reader": "host", "price": Money(0, CREDIT), "paid": "none", "until": starts_at, "deadline": "none"}
    return Notice(
        account_id=reader,
        type=said.code,
        about=said.subject,
        facts=facts,
        path=f"sessions/{said.subject.id}",
        actor_id=other.id if said.code == REQUESTED else None,
        why="host" if is_host else "learner",
        key=f"{said.code} {said.subject.id}",
        data={"sessionId": str(said.subject.id), "startsAt": said.params["startsAt"]},
    )


def _of_people(named: Mapping[UUID, Member], people: Mapping[UUID, Member], known: Acquainted) -> Iterator[tuple[datetime, Notice]]:
    for one in known.connections:
        subject = Subject("connection", one.id)
        if one.addressee_account_id in named:
            other = people[one.requester_account_id]
            yield one.asked_at, _of_person("connections.requested", one.addressee_account_id, subject, other, "connections?status=pending")
        if one.requester_account_id in named and one.decided_at is not None:
            other = people[one.addressee_account_id]
            path = f"profiles/{one.addressee_id}"
            yield one.decided_at, _of_person("connections.accepted", one.requester_account_id, subject, other, path)
    for follow in known.follows:
        if follow.followed_account_id in named:
            other, subject = people[follow.follower_account_id], Subject("profile", follow.followed_id)
            path = f"profiles/{follow.follower_id}"
            yield follow.followed_at, _of_person("connections.followed", follow.followed_account_id, subject, other, path)


def _of_person(kind: str, reader: UUID, about: Subject, other: Member, path: str) -> Notice:
    return Notice(
        account_id=reader,
        type=kind,
        about=about,
        facts={"other": other.account.display_name},
        path=path,
        actor_id=other.id,
        why="connection" if kind == "connections.accepted" else "recipient",
        key=f"{other.profile_id} {about.id}",
        data={"profileId": str(other.profile_id)},
    )


def _of_messages(
    named: Mapping[UUID, Member], people: Mapping[UUID, Member], conversations: Sequence[AdoptedConversation]
) -> Iterator[tuple[datetime, Notice]]:
    """Yield one notice for each conversation with something unread by somebody else, at the first such message."""
    for one in conversations:
        for reader, until in one.read_until.items():
            messages = sorted(one.messages, key=lambda message: message.at)
            own = max((place for place, message in enumerate(messages) if message.by and message.by.account_id == reader), default=-1)
            unread = [(place, message) for place, message in enumerate(messages) if message.at > until and place > own and message.by]
            if reader in named and unread:
                place, first = unread[0]
                sender = people[first.by.account_id] if first.by else named[reader]
                yield (
                    first.at,
                    Notice(
                        account_id=reader,
                        type="messaging.message_received",
                        about=Subject("conversation", one.id),
                        facts={
                            "kind": "group" if one.title else "direct", "other": sender.account.display_name, "title": one.title or "",
                        },
                        path=f"conversations/{one.id}",
                        actor_id=sender.id,
                        why="participant",
                        key=str(one.id),
                        data={"conversationId": str(one.id), "sequence": place + 1},
                    ),
                )  # fmt: skip
