"""What the people of the demo community write each other, and what its named ones have been told."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from msgspec import Struct

from skillhall.deploy.demo_connections import Acquainted
from skillhall.deploy.demo_notices import Told, notices
from skillhall.deploy.demo_people import NAMED, Member
from skillhall.deploy.demo_profiles import happens
from skillhall.kernel.ids import derived
from skillhall.learning.api import GroupHistory, History, Terms, retold
from skillhall.messaging import api as messaging
from skillhall.notifications.api import AdoptedNotice

TALKING_SHARE: Final = 0.2
ASKING_SHARE, ANSWERED_SHARE, THANKING_SHARE, HEART_SHARE, UNREAD_SHARE = 0.7, 0.85, 0.6, 0.25, 0.4
LATELY: Final = timedelta(days=3)
GROUPS, GROUP_SIZE = 12, 7
SCHEDULED, COMPLETED = "learning.session_scheduled", "learning.session_completed"
QUESTIONS = (
    "Hello {host}, I am quite new to this. Is there anything I should read before we meet?",
    "Hi {host}! Can we go through my own example instead of a made-up one?",
    "Hello {host}, I have an hour and many questions. Shall I send them to you before?",
    "Hi {host}, is a headset enough, or do you need to see my hands?",
    "Hello {host}, I tried it alone for a month and am stuck. Looking forward to it!",
    "Hi {host}, what should I have ready when we begin?",
)
ANSWERS = (
    "Hello {learner}, nothing to prepare. Just bring what you would like to be able to do.",
    "Sure, gladly. Send it the day before if you can, then I have had a look.",
    "Yes please, that saves us time.",
    "That will do. If something does not work we find out in the first five minutes.",
    "Good that you write. Then we begin where you are stuck, and take it from there.",
    "Something to write, and a glass of water. See you then!",
)
THANKS = (
    "Thank you, {host}! That helped me a lot.",
    "Thanks again. I have just tried it alone, and it works!",
    "That was good. I will practice and come back next month.",
    "Thank you! Could you send me the name of the book you mentioned?",
)
WELCOMES = (
    "You are welcome, {learner}. You were well prepared.",
    "Glad to hear that! See you.",
    "Gladly. Write me if you get stuck again.",
)
LATE = "Can we start five minutes later today? My train is late."
OPENINGS = (
    "Welcome, everybody! Here is room for questions between the lessons.",
    "Hello everybody, I thought you should know each other: you all asked me the same thing.",
)
TALK = (
    "Hello! Has somebody done the second exercise already?",
    "Yes, but it took me two evenings.",
    "The trick is to begin with the smallest part of it.",
    "Oh! That makes sense. Thank you.",
    "Does anybody want to practice together on Sunday?",
    "I would come.",
    "Me too, after four.",
)
EMOJI = ("👍", "❤️", "🎉", "🙏")


class Talks(Struct, frozen=True, kw_only=True):
    """Every conversation, and every notice of a named member."""

    conversations: list[messaging.AdoptedConversation]
    notices: list[AdoptedNotice]


def talks(members: Sequence[Member], histories: Sequence[History | GroupHistory], known: Acquainted, terms: Terms, now: datetime) -> Talks:
    """Return who has written what to whom until `now`: of the named ones all, of other pairs of host and learner some."""
    random = Random("skillhall demo talks")  # noqa: S311 - the same at every load
    people = {member.id: member for member in members}
    named = [member.id for member in members[: len(NAMED)]]
    pairs = _lessons(random, histories, set(named))
    told: list[Told] = []
    spoken: dict[UUID, tuple[tuple[messaging.Member, ...], list[messaging.AdoptedMessage]]] = {}
    for lessons in pairs:
        for lesson in lessons:
            said = [(at, one) for at, one in retold(lesson, terms, now) if one.kind == "direct"]
            if not said:
                continue
            told += [Told(at=at, say=one) for at, one in said]
            pair, messages = spoken.setdefault(said[0][1].key, (tuple(said[0][1].members), []))
            messages += [messaging.spoken(at, one) for at, one in said]
            messages += _written(random, pair, people, {one.code: at for at, one in said}, lesson, now)
    hurried = _hurried(spoken, named)
    conversations = [_direct(random, key, pair, messages, now, hurried.get(key)) for key, (pair, messages) in spoken.items()]
    conversations += _groups(random, histories, people, named, now)
    return Talks(
        conversations=conversations, notices=notices(random, {one: people[one] for one in named}, people, told, known, conversations, now)
    )


def _lessons(random: Random, histories: Sequence[History | GroupHistory], named: set[UUID]) -> list[list[History]]:
    """Return the lessons of those who write each other, pair by pair."""
    pairs: dict[frozenset[UUID], list[History]] = defaultdict(list)
    for history in histories:
        if isinstance(history, History):
            pairs[frozenset((history.offer.host_id, history.learner_id))].append(history)
    return [lessons for pair, lessons in pairs.items() if pair & named or happens(random, TALKING_SHARE)]


def _written(
    random: Random, pair: Sequence[messaging.Member], people: Mapping[UUID, Member], times: Mapping[str, datetime], lesson: History,
    now: datetime,
) -> Iterator[messaging.AdoptedMessage]:  # fmt: skip
    """Yield what the two wrote around one lesson, as far as it was before `now`."""
    host, learner = pair
    words = {"host": people[host.account_id].account.first_name, "learner": people[learner.account_id].account.first_name}
    asked_at = lesson.booked_at + timedelta(minutes=random.randint(1, 30))
    answered_at = asked_at + timedelta(minutes=random.randint(5, 600))
    if SCHEDULED in times and happens(random, ASKING_SHARE) and answered_at < lesson.starts_at:
        number = random.randrange(len(QUESTIONS))
        yield messaging.AdoptedMessage(at=asked_at, by=learner, text=QUESTIONS[number].format(**words))
        if happens(random, ANSWERED_SHARE) and answered_at < now:
            yield messaging.AdoptedMessage(at=answered_at, by=host, text=ANSWERS[number].format(**words))
    if COMPLETED in times and happens(random, THANKING_SHARE):
        thanked_at = times[COMPLETED] + timedelta(minutes=random.randint(5, 300))
        replied_at = thanked_at + timedelta(minutes=random.randint(5, 900))
        heart = [(host, random.choice(EMOJI))] if happens(random, HEART_SHARE) else []
        if thanked_at < now:
            yield messaging.AdoptedMessage(at=thanked_at, by=learner, text=random.choice(THANKS).format(**words), reactions=heart)
        if replied_at < now and not heart:
            yield messaging.AdoptedMessage(at=replied_at, by=host, text=random.choice(WELCOMES).format(**words))


def _hurried(
    spoken: Mapping[UUID, tuple[tuple[messaging.Member, ...], list[messaging.AdoptedMessage]]], named: Sequence[UUID]
) -> dict[UUID, UUID]:
    """Return by conversation which named member has an unread message in it, so that each of them who talks at all has one."""
    found: dict[UUID, UUID] = {}
    for one in named:
        own = [key for key, (pair, _) in spoken.items() if key not in found and one in {member.account_id for member in pair}]
        if own:
            found[max(own, key=lambda key: (max(message.at for message in spoken[key][1]), key))] = one
    return found


def _direct(
    random: Random, key: UUID, pair: tuple[messaging.Member, ...], messages: list[messaging.AdoptedMessage], now: datetime,
    hurried: UUID | None,
) -> messaging.AdoptedConversation:  # fmt: skip
    until: dict[UUID, datetime] = {}
    if hurried:
        by = next(member for member in pair if member.account_id != hurried)
        at = now - timedelta(minutes=random.randint(3, 50))
        messages.append(messaging.AdoptedMessage(at=at, by=by, text=LATE))
        until[hurried] = at - timedelta(minutes=1)
    else:
        last = max(messages, key=lambda message: message.at)
        for member in pair:
            if last.by != member and now - last.at < LATELY and happens(random, UNREAD_SHARE):
                until[member.account_id] = last.at - timedelta(minutes=1)
    return messaging.AdoptedConversation(id=derived("demo", "conversation", key), members=pair, messages=messages, read_until=until)


def _groups(
    random: Random, histories: Sequence[History | GroupHistory], people: Mapping[UUID, Member], named: Sequence[UUID], now: datetime
) -> Iterator[messaging.AdoptedConversation]:
    """Yield the groups in which a few hosts talk with their learners; the named learners are in those of the named hosts."""
    learners: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    for history in histories:
        if isinstance(history, History):
            learners[history.offer.host_id].setdefault(history.learner_id, history.offer.title)
    known = [one for one in named if people[one].teaches]
    others = [host for host, own in learners.items() if len(own) >= GROUP_SIZE and host not in known]
    guests = [one for one in named if not people[one].teaches and not people[one].account.roles]
    for host in [*known, *others[:GROUPS]]:
        own = [one for one in learners[host] if one not in named][: GROUP_SIZE - 1]
        if own:
            title = f"Practice group: {learners[host][own[0]]}"
            yield _group(random, title, [people[one] for one in (host, *(guests if host in known else ()), *own)], now)


def _group(random: Random, title: str, people: Sequence[Member], now: datetime) -> messaging.AdoptedConversation:
    members = [messaging.Member(account_id=one.id, profile_id=one.profile_id) for one in people]
    founder, *others = members
    at = now - timedelta(days=random.randint(3, 9), minutes=random.randint(0, 600))
    likes = [(member, random.choice(EMOJI)) for member in others[:3]]
    messages = [messaging.AdoptedMessage(at=at, by=founder, text=random.choice(OPENINGS), reactions=likes)]
    by = founder
    for text in TALK:
        at += timedelta(minutes=random.randint(2, 400))
        by = random.choice([member for member in members if member != by])
        messages.append(messaging.AdoptedMessage(at=at, by=by, text=text))
    late = random.sample(members, len(members) // 2)
    return messaging.AdoptedConversation(
        id=derived("demo", "group", founder.account_id),
        members=members,
        messages=messages,
        title=title,
        read_until={member.account_id: messages[random.randrange(3, len(messages))].at for member in late},
    )
