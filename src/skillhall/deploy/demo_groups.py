"""The groups of the demo community: who took a seat, who waited for one and left, who came, and what was handed out."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from skillhall.deploy.demo_people import Member
from skillhall.deploy.demo_profiles import happens
from skillhall.deploy.demo_slots import Slot
from skillhall.kernel.ids import derived
from skillhall.learning.api import GroupHistory, Step

FATES = {"held": 84, "host cancels": 8, "host missing": 3, "nobody wants it": 5}
LEAD_DAYS = (3, 12)
LEAVING_SHARE, MISSING_SHARE, CONFIRMING_SHARE, REPORTING_SHARE = 0.12, 0.08, 0.6, 0.01
FIRM = timedelta(hours=26)  # by then everybody has come and gone, and time enough is left to fill seats without asking


def group(random: Random, number: int, slot: Slot, find: Callable[[datetime], Member], now: datetime) -> GroupHistory:
    """Return what became of a group; `find` returns one more who has time then, another one each time."""
    seats, fate = random.randint(3, 8), random.choices(list(FATES), list(FATES.values()))[0]
    wanting = 0 if fate == "nobody wants it" else max(1, round(seats * random.uniform(0.5, 1.6)))
    opened_at = min(slot.starts_at, now) - timedelta(minutes=random.randint(LEAD_DAYS[0] * 1440, LEAD_DAYS[1] * 1440))
    told = _Story(random, slot, opened_at, seats, [find(slot.starts_at) for _ in range(wanting)])
    return GroupHistory(
        session_id=derived("demo", "session", number),
        offer=slot.offer,
        seats=seats,
        starts_at=slot.starts_at,
        booked_at=opened_at,
        steps=tuple(sorted(told.tell(fate), key=lambda step: step.at)),
    )


class _Story:
    """What the people of one group did."""

    def __init__(self, random: Random, slot: Slot, opened_at: datetime, seats: int, wanting: list[Member]) -> None:
        self.random = random
        self.starts_at, self.ends_at = slot.starts_at, slot.offer.ends_at(slot.starts_at)
        self.has_price = slot.offer.price > 0
        self.host = slot.host.id
        self.opened_at = opened_at
        self.seated, self.waiting = wanting[:seats], wanting[seats:]

    def tell(self, fate: str) -> Iterator[Step]:
        """Yield the steps, not yet in order of time."""
        present = [member.id for member in self.seated]
        for step in self._gathering():
            yield step
            if step.verb == "leave":
                present.remove(step.by)
        left = len(self.seated) - len(present)
        present += [member.id for member in self.waiting[:left]]
        if fate == "host cancels":
            yield Step(self.starts_at - timedelta(minutes=self.random.randint(90, 1200)), "cancel", self.host, "I am ill, sorry.")
        elif fate == "held":
            yield from self._held(present)
        elif present:  # the host does not come
            yield Step(self.starts_at, "join", present[0])

    def _gathering(self) -> Iterator[Step]:
        """People take the seats one after the other, then wait for one; then some leave, and who waits longest moves up."""
        until = self.starts_at - FIRM - self.opened_at
        everybody = [*self.seated, *self.waiting]
        for place, member in enumerate(everybody, 1):
            at = self.opened_at + until * (0.7 * place / (len(everybody) + 1))
            yield Step(at, "take" if place <= len(self.seated) else "wait", member.id, None, member.profile_id)
        for place, member in enumerate(self.seated, 1):
            if happens(self.random, LEAVING_SHARE):
                yield Step(self.opened_at + until * (0.75 + 0.2 * place / len(self.seated)), "leave", member.id)

    def _held(self, present: list[UUID]) -> Iterator[Step]:
        yield Step(self.starts_at - timedelta(minutes=self.random.randint(1, 8)), "join", self.host)
        came = [learner for learner in present if not happens(self.random, MISSING_SHARE)]
        for learner in came:
            yield Step(self.starts_at + timedelta(seconds=self.random.randint(-300, 150)), "join", learner)
        if not came:
            return
        yield Step(self.starts_at + timedelta(minutes=3), "start", self.host)
        yield Step(self.ends_at, "end", self.host)
        for learner in came:
            if happens(self.random, CONFIRMING_SHARE):
                yield Step(self.ends_at + timedelta(minutes=self.random.randint(2, 46 * 60)), "confirm", learner)
            elif self.has_price and happens(self.random, REPORTING_SHARE):
                yield Step(
                    self.ends_at + timedelta(minutes=self.random.randint(10, 40 * 60)), "report", learner, "There were too many of us."
                )
