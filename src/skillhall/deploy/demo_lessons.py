"""The lessons of the demo community: a month of offers, bookings and what people did about them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from msgspec import Struct

from skillhall.deploy import demo_slots
from skillhall.deploy.demo_groups import group
from skillhall.deploy.demo_people import NAMED, Member
from skillhall.deploy.demo_profiles import happens
from skillhall.deploy.demo_slots import SLOT, Slot
from skillhall.kernel.ids import derived
from skillhall.kernel.money import CREDIT
from skillhall.learning.api import AdoptedMaterial, GroupHistory, History, Offer, Step, Verb

FATES = {
    "confirmed": 55, "silent": 20, "declined": 4, "unanswered": 4, "left early": 5, "left late": 4, "host cancels": 3, "host missing": 1.5,
    "learner missing": 1.5, "interrupted": 1, "reported": 0.6, "paused": 0.6,
}  # fmt: skip
REASONS = ("Something came up.", "I am ill, sorry.", "I have to travel that day.", "I found out that I need something else first.")


GROUP_SHARE, GROUP_MATERIALS_SHARE, MATERIALS_SHARE = 0.04, 0.6, 0.04
MATERIALS = ("What to bring", "Exercises", "Slides", "Further reading", "Questions to think about before")


class Lessons(Struct, frozen=True, kw_only=True):
    """Everything that is on sale, since when, every lesson and group that came of it, and what was handed out there."""

    offers: list[tuple[datetime, Offer]]
    histories: list[History | GroupHistory]
    materials: list[AdoptedMaterial]


def lessons(members: list[Member], count: int, now: datetime, *, has_credits: bool, currency: str | None = None) -> Lessons:
    """Return `count` lessons around `now`, at most one of a person at a time; a few of them are groups."""
    random = Random("skillhall demo lessons")  # noqa: S311 - the same lessons at every load
    hosts = [member for member in members if member.teaches and member.is_settled]
    offers = {host.id: list(demo_slots.offers(random, host, has_credits=has_credits, currency=currency)) for host in hosts}
    every = [slot for host in hosts for slot in demo_slots.slots(random, host, offers[host.id], now)]
    slots = demo_slots.chosen(every, count, now, random)
    busy: dict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    for slot in slots:
        busy[slot.host.id].append((slot.starts_at, slot.starts_at + SLOT))
    learners = _pool(random, members)

    def learner(starts_at: datetime) -> Member:
        """Return somebody who has time then, and takes it."""
        ends_at = starts_at + SLOT
        found = next(one for one in iter(lambda: random.choice(learners), None) if _is_free(busy[one.id], starts_at, ends_at))
        busy[found.id].append((starts_at, ends_at))
        return found

    histories: list[History | GroupHistory] = [
        group(random, number, slot, learner, now)
        if happens(random, GROUP_SHARE) and slot.offer.asset == CREDIT
        else _history(random, number, slot, learner, now)
        for number, slot in enumerate(slots)
    ]
    everything = [(host.account.created_at + timedelta(hours=2), offer) for host in hosts for offer in offers[host.id]]
    return Lessons(offers=everything, histories=histories, materials=list(_materials(random, histories, now)))


def _materials(random: Random, histories: Sequence[History | GroupHistory], now: datetime) -> Iterator[AdoptedMaterial]:
    for history in histories:
        share = GROUP_MATERIALS_SHARE if isinstance(history, GroupHistory) else MATERIALS_SHARE
        if any(step.verb == "start" for step in history.steps) and happens(random, share):
            for place, title in enumerate(random.sample(MATERIALS, random.randint(1, 2))):
                yield AdoptedMaterial(
                    id=derived("demo", "material", history.session_id, place),
                    session_id=history.session_id,
                    account_id=history.offer.host_id,
                    title=title,
                    url=f"https://example.org/{title.lower().replace(' ', '-')}",
                    created_at=min(now, history.booked_at + timedelta(hours=1)),
                )


def _pool(random: Random, members: list[Member]) -> list[Member]:
    """Return who books, the eager ones more than once."""
    settled = [member for member in members if member.is_settled and not member.account.roles]
    named = [member for member in settled if any(member.account.email.startswith(f"{name}@") for name, _role in NAMED)]
    return [*settled, *random.sample(settled, len(settled) // 4), *named * 3]


def _is_free(taken: list[tuple[datetime, datetime]], starts_at: datetime, ends_at: datetime) -> bool:
    return all(ends_at <= begin or end <= starts_at for begin, end in taken)


def _history(random: Random, number: int, slot: Slot, find: Callable[[datetime], Member], now: datetime) -> History:
    learner = find(slot.starts_at)
    lead = timedelta(minutes=180 + int(min(random.expovariate(1 / 3000), 9 * 1440)))
    if slot.starts_at > now:  # and yet booked before now
        lead = max(lead, slot.starts_at - now + timedelta(minutes=random.randint(5, 1800)))
    fate = random.choices(list(FATES), list(FATES.values()))[0]
    if (slot.offer.is_instant and fate in {"declined", "unanswered"}) or (slot.offer.price == 0 and fate == "reported"):
        fate = "confirmed"
    booked_at = slot.starts_at - lead
    told = _Story(random, slot, learner, booked_at)
    return History(
        session_id=derived("demo", "session", number),
        seat_id=derived("demo", "seat", number),
        offer=slot.offer,
        learner_id=learner.id,
        profile_id=learner.profile_id,
        starts_at=slot.starts_at,
        booked_at=booked_at,
        steps=tuple(told.tell(fate)),
    )


class _Story:
    """What the two of one lesson did, by how it went."""

    def __init__(self, random: Random, slot: Slot, learner: Member, booked_at: datetime) -> None:
        self.random = random
        self.offer, self.booked_at = slot.offer, booked_at
        self.is_for_money = slot.offer.price > 0 and slot.offer.asset != CREDIT
        self.starts_at, self.ends_at = slot.starts_at, slot.offer.ends_at(slot.starts_at)
        self.host, self.learner = slot.host.id, learner.id
        open_for = slot.starts_at - timedelta(hours=1) - booked_at
        delay = min(timedelta(minutes=5 + int(random.expovariate(1 / 300))), open_for * 0.8, timedelta(hours=40))
        self.answered_at = booked_at + timedelta(minutes=int(delay.total_seconds() // 60))
        if self.offer.is_instant:
            self.answered_at = booked_at

    def tell(self, fate: str) -> Iterator[Step]:
        """Yield the steps in order of time."""
        if self.is_for_money:
            yield Step(self.booked_at, "pay", self.learner)
        if fate == "declined":
            yield Step(self.answered_at, "decline", self.host, "I have no time then.")
        if fate in {"declined", "unanswered"}:
            return
        if not self.offer.is_instant:
            yield Step(self.answered_at, "accept", self.host)
        gone = self._cancelled(fate)
        if gone:
            yield gone
            return
        if fate != "host missing":
            yield self._at("join", self.host, self.starts_at, -self.random.randint(0, 8))
        if fate != "learner missing":
            yield self._at("join", self.learner, self.starts_at, self.random.randint(0, 2))
        if fate in {"host missing", "learner missing"}:
            return
        yield self._at("start", self.host, self.starts_at, 3)
        yield from self._held(fate)

    def _cancelled(self, fate: str) -> Step | None:
        firm, late = self.answered_at, self.starts_at - timedelta(hours=24)
        if fate == "host cancels":
            return self._between("cancel", self.host, firm, self.starts_at - timedelta(minutes=90))
        if fate == "left late" or (fate == "left early" and firm >= late):
            return self._between("cancel", self.learner, max(firm, late), self.starts_at - timedelta(minutes=30))
        if fate == "left early":
            return self._between("cancel", self.learner, firm, late)
        return None

    def _held(self, fate: str) -> Iterator[Step]:
        middle = self.starts_at + (self.ends_at - self.starts_at) / 2
        if fate == "interrupted":
            yield Step(middle, "interrupt", self.learner)
            return
        if fate == "paused":  # and forgotten: completed by the sweep
            yield Step(middle, "pause", self.host)
            return
        yield self._at("end", self.host, self.ends_at, -self.random.randint(0, 2))
        if fate == "confirmed":
            yield self._at("confirm", self.learner, self.ends_at, 2 + min(int(self.random.expovariate(1 / 240)), 46 * 60))
        if fate == "reported":
            after = self.random.randint(10, 40 * 60)
            yield self._at("report", self.learner, self.ends_at, after, "The lesson was not what the offer says.")

    def _at(self, verb: Verb, by: UUID, moment: datetime, minutes: int, text: str | None = None) -> Step:
        return Step(moment + timedelta(minutes=minutes), verb, by, text)

    def _between(self, verb: Verb, by: UUID, since: datetime, until: datetime) -> Step:
        minutes = max(1, int((until - since).total_seconds() // 60) - 1)
        return Step(since + timedelta(minutes=self.random.randint(1, minutes)), verb, by, self.random.choice(REASONS))
