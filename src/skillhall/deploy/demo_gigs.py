"""The projects of the demo community: posted, bid on, agreed on, delivered, and paid or not."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from msgspec import Struct

from skillhall.deploy.demo_people import NAMED, Member, Skill, catalogue
from skillhall.deploy.demo_profiles import happens
from skillhall.gigs.api import SANDBOX, VALID, WALLET, Bid, BidState, Choice, GigHistory, Planned, Project, ProjectState, Step, Verb
from skillhall.kernel.ids import derived
from skillhall.kernel.money import CREDIT
from skillhall.ledger.api import LedgerRules

PAST_DAYS = 39
DISPUTED_SINCE = (timedelta(hours=30), timedelta(days=4))  # the one waits for an answer, the other for support
FATES = {
    "carried out": 54, "nobody chosen": 18, "draft": 5, "cancelled": 4, "paused": 3, "hourly": 5, "unsigned": 4, "called off": 3,
    "booked": 4,
}  # fmt: skip
ENGAGED = {"carried out", "unsigned", "called off", "booked"}
TITLES = (
    "{skill} for our summer fair", "A handout about {skill} for beginners", "Somebody who knows {skill}, for a small exhibition",
    "A second pair of eyes on our {skill}", "{skill}: a day with our team", "Three short films about {skill}",
)  # fmt: skip
BRIEF = "We have begun and need somebody who knows {skill} well. Tell us what you would do, and how long it takes you."
PROPOSALS = (
    "I would begin with a draft for you to look at.", "I have done much the same last year.", "I can start next week.",
    "Half of it is done in two days; the rest needs your answers.", "Gladly. May I see what there is already?",
)  # fmt: skip
PLANS = (("All of it",), ("A draft", "The rest"), ("A plan", "A first version", "The finished work"))
HANDED, BACK = ("As agreed.", "The first version; tell me what is missing."), "The second half is missing."
PROBLEM = "What was delivered is not what we agreed on."


class _Market(Struct, frozen=True):
    """Who has something done and who does it, the eager ones more than once, and in what they pay."""

    clients: list[Member]
    workers: list[Member]
    skills: list[Skill]
    assets: tuple[tuple[str, str], ...]
    now: datetime


def gigs(members: list[Member], count: int, now: datetime, rules: LedgerRules, currency: str) -> list[GigHistory]:
    """Return `count` projects of the time before `now`, the first two of them in dispute."""
    random = Random("skillhall demo gigs")  # noqa: S311 - the same projects at every load
    assets = ((CREDIT, WALLET),) * 3 * rules.has_credits + ((currency, SANDBOX),) * (rules.mode != "points")
    market = _Market(_pool(members, "client", "learner"), _pool(members, "worker", "host"), catalogue(), assets, now)
    return [_Story(random, market, number).told() for number in range(count)]


def spent(history: GigHistory) -> tuple[UUID, int]:
    """Return who needs how many credits for it."""
    choice = history.choice
    if choice is None or choice.source != WALLET:
        return history.project.account_id, 0
    return history.project.account_id, next(bid.amount or 0 for bid in history.bids if bid.id == choice.bid_id)


def _pool(members: list[Member], ability: str, role: str) -> list[Member]:
    settled = [member for member in members if member.is_settled and not member.account.roles]
    named = [member for member in settled if any(member.account.email.startswith(f"{name}@") for name, is_a in NAMED if is_a == role)]
    return [*(member for member in settled if ability in member.account.abilities), *named * 3]


class _Story:
    """One project; `at` is how far it has been told."""

    def __init__(self, random: Random, market: _Market, number: int) -> None:
        self.random, self.market = random, market
        self.id = derived("demo", "project", number)
        self.client = random.choice(market.clients)
        self.skill = random.choice(market.skills)
        self.asset, self.source = random.choice(market.assets)
        self.price = random.randint(3, 30) * (10 if self.asset == CREDIT else 5000)
        self.disputed_at = market.now - DISPUTED_SINCE[number] if number < len(DISPUTED_SINCE) else None
        self.fate = "carried out" if self.disputed_at else random.choices(list(FATES), list(FATES.values()))[0]
        days = 20 if self.disputed_at else random.uniform(0.1, PAST_DAYS)
        self.posted_at = self.at = market.now - timedelta(minutes=int(days * 1440))
        self.steps: list[Step] = []

    def told(self) -> GigHistory:
        """Return the whole of it; what lies ahead of now has not happened."""
        project = self._project()
        bids = [] if self.fate in {"draft", "cancelled"} else list(self._bids())
        choice = self._choice(bids) if self.fate in ENGAGED else None
        return GigHistory(project=project, skill_ids=(self.skill.id,), bids=tuple(bids), choice=choice)

    def _project(self) -> Project:
        state = {"draft": ProjectState.DRAFT, "cancelled": ProjectState.CANCELLED, "paused": ProjectState.PAUSED}.get(self.fate)
        is_hourly = self.fate == "hourly"
        least, most = (self.price // 10, self.price // 5) if is_hourly else (self.price * 4 // 5, self.price * 6 // 5)
        is_remote = happens(self.random, 0.7)
        return Project(
            id=self.id,
            account_id=self.client.id,
            profile_id=self.client.profile_id,
            title=self.random.choice(TITLES).format(skill=self.skill.name),
            description=BRIEF.format(skill=self.skill.name),
            pricing="hourly" if is_hourly else "fixed",
            asset=self.asset,
            budget_min=least,
            budget_max=most,
            category_slug=self.skill.category,
            visibility="members" if happens(self.random, 0.1) else "public",
            state=state or ProjectState.OPEN,
            paused_from=ProjectState.OPEN if state is ProjectState.PAUSED else None,
            starts_at=None,
            deadline=self.posted_at + timedelta(days=self.random.randint(45, 120)) if happens(self.random, 0.5) else None,
            is_remote=is_remote,
            location=None if is_remote else self.client.account.timezone.rsplit("/", 1)[-1].replace("_", " "),
            level=self.random.choice((None, "beginner", "intermediate", "advanced", "expert")),
            tags=(self.skill.category,),
            worker_id=None,
            published_at=None if state is ProjectState.DRAFT else self.posted_at,
            delivered_at=None,
            completed_at=None,
            hidden_at=None,
            version=1,
            created_at=self.posted_at,
            updated_at=min(self.market.now, self.posted_at + timedelta(hours=self.random.randint(2, 60))) if state else self.posted_at,
        )

    def _bids(self) -> Iterator[Bid]:
        """Return who would do it, in order of time."""
        wanted = max(1, min(9, int(self.random.expovariate(1 / 4))))
        others = [member for member in self.market.workers if member is not self.client]
        known = {member.id: member for member in self.random.choices(others, k=wanted)}
        for worker in known.values():
            self._wait(1, 14)
            price = self.price * self.random.randint(85, 115) // 100
            is_hourly = self.fate == "hourly"
            yield Bid(
                id=derived("demo", "bid", self.id, worker.id),
                project_id=self.id,
                account_id=worker.id,
                profile_id=worker.profile_id,
                amount=None if is_hourly else price,
                hourly_rate=price // 8 if is_hourly else None,
                delivery_days=self.random.randint(3, 30),
                proposal=self.random.choice(PROPOSALS),
                state=BidState.SHORTLISTED if happens(self.random, 0.15) else BidState.PENDING,
                valid_until=self.at + VALID,
                created_at=self.at,
                decided_at=None,
            )

    def _choice(self, bids: list[Bid]) -> Choice:
        """One bid is accepted, and the two set about it."""
        chosen = self.random.choice(bids)
        accepted_at = self._wait(2, 40)
        is_booked = self.fate == "booked"
        milestones = () if is_booked else self._milestones(chosen.amount or 0)
        if is_booked:
            self._booked(chosen.account_id)
        elif self._signed(chosen.account_id):
            for place in range(len(milestones)):
                if not self._made(chosen.account_id, place):
                    break
        return Choice(at=accepted_at, bid_id=chosen.id, milestones=milestones, steps=tuple(self.steps), source=self.source)

    def _milestones(self, amount: int) -> tuple[Planned, ...]:
        titles = self.random.choice(PLANS)
        part = amount // len(titles)
        rest = amount - part * (len(titles) - 1)
        return tuple(Planned(title=title, amount=rest if title == titles[-1] else part) for title in titles)

    def _booked(self, worker: UUID) -> None:
        self._does("fund", self.client.id, 0, 2)
        self._does("confirm", worker, 1, 30)
        self._does("start", worker, 10, 60)
        self._does("deliver", worker, 4, 30, text=HANDED[0])
        if happens(self.random, 0.8):
            self._does("approve", self.client.id, 2, 60)

    def _signed(self, worker: UUID) -> bool:
        """Both sign, but for those who forget; some call it off before any money is set aside."""
        self._does("sign", self.client.id, 0, 12)
        if self.fate == "unsigned":
            return False
        self._does("sign", worker, 1, 24)
        if self.fate == "called off":
            self._does("cancel", self.random.choice((worker, self.client.id)), 4, 60, text="Something else came first.")
        return self.fate == "carried out"

    def _made(self, worker: UUID, place: int) -> bool:
        """One milestone from its money to its payment; False when somebody objects to it."""
        self._does("fund", self.client.id, 0, 20, place=place)
        self._does("start", worker, 1, 20, place=place)
        if self.disputed_at:
            self._at("deliver", worker, self.disputed_at - timedelta(hours=20), place, self.random.choice(HANDED))
            self._at("object", self.client.id, self.disputed_at, place, PROBLEM)
            return False
        self._does("deliver", worker, 10, 120, place=place, text=self.random.choice(HANDED))
        if happens(self.random, 0.2):
            self._does("send back", self.client.id, 2, 60, place=place, text=BACK)
            self._does("deliver", worker, 6, 60, place=place, text=HANDED[0])
        if happens(self.random, 0.85):
            self._does("approve", self.client.id, 1, 70, place=place)
        else:
            self.at += timedelta(days=14, hours=1)  # nobody answers: it is paid by itself
        return True

    def _does(self, verb: Verb, by: UUID, least: int, most: int, *, place: int = 0, text: str = "") -> None:
        self._at(verb, by, self._wait(least, most), place, text)

    def _at(self, verb: Verb, by: UUID, at: datetime, place: int, text: str) -> None:
        self.at = at
        self.steps.append(Step(at, verb, by, place, text))

    def _wait(self, least: int, most: int) -> datetime:
        """Let so many hours pass."""
        self.at += timedelta(minutes=self.random.randint(least * 60 + 1, most * 60))
        return self.at
