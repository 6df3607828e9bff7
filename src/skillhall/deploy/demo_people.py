"""The people of the demo community: invented, and the same at every load."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from msgspec import Struct

from skillhall.calendar.api import AdoptedHours
from skillhall.identity.api import Newcomer
from skillhall.kernel.ids import derived
from skillhall.profiles.api import Kind, Profile
from skillhall.skills.api import AdoptedSkill, shipped

ORIGIN = "demo"
DOMAIN = "demo.example"
NAMED = (
    ("olive", "super_admin"), ("mona", "moderator"), ("hanna", "host"), ("hugo", "host"), ("lena", "learner"), ("leo", "learner"),
)  # fmt: skip
FIRST_NAMES = (
    "Ada Adil Aisha Akira Alba Alma Amara Amir Anika Anton Arjun Astrid Aylin Benno Bela Bruno Carla Cem Chiara Clara Dalia "
    "Dario Diego Edda Elif Emil Enno Esra Eva Farid Fatou Felix Fiona Freya Gita Greta Hamid Hana Helge Ida Ilja Imani Ines "
    "Inga Ivo Jamal Jana Jonas Jule Kaito Karim Kaya Kemal Kira Lars Layla Levi Lina Luca Luna Mara Marek Mateo Maya Mei Mila "
    "Milan Mira Moritz Nadia Naim Nela Nico Nils Noor Nora Okan Omar Otis Paula Pia Priya Rafael Ravi Rosa Ruben Sami Sana "
    "Selma Senta Sofia Sora Sven Talia Tariq Tessa Theo Tilda Timo Uma Vera Viktor Wanja Yara Yusuf Zara Zoe"
)
ZONES = (
    ["Europe/Berlin"] * 8 + ["Europe/London"] * 3 + ["America/New_York"] * 5 + ["America/Sao_Paulo"] * 2 + ["Asia/Kolkata"] * 4
    + ["Asia/Tokyo"] * 2 + ["Africa/Lagos"] * 2 + ["Australia/Lord_Howe"]
)  # fmt: skip
OTHER_KINDS: tuple[Kind, ...] = ("innovator", "academic_student", "investor", "organization", "academic_institution", "mentor")
TEACHES = (
    "Teaches {skill} step by step, with short exercises between the lessons.",
    "Has worked with {skill} for years and likes patient questions.",
    "Explains {skill} with examples from everyday work.",
    "Offers calm lessons in {skill} for beginners and people who come back to it.",
    "Helps with {skill}: bring your own project and leave with the next step done.",
)
LEARNS = (
    "Learns {skill} in the evenings.",
    "Is curious about {skill} and glad to meet others who are.",
    "Wants to get from the basics of {skill} to a first finished piece.",
    "Started with {skill} this year and looks for regular practice.",
)
BLOCKS = ((8 * 60, 12 * 60), (13 * 60, 17 * 60), (17 * 60, 21 * 60))


class Skill(Struct, frozen=True):
    """A skill of the catalogue."""

    id: UUID
    name: str
    category: str


class Member(Struct, frozen=True, kw_only=True):
    """One person as the contexts adopt them. `teaches` is empty for who hosts nothing."""

    account: Newcomer
    profiles: list[Profile]
    skills: list[AdoptedSkill]
    hours: AdoptedHours
    teaches: list[Skill]
    is_settled: bool

    @property
    def id(self) -> UUID:
        """The account."""
        return self.account.id

    @property
    def profile_id(self) -> UUID:
        """The primary profile."""
        return self.profiles[0].id


def happens(random: Random, share: float) -> bool:
    """Decide something that is so in this share of all cases."""
    return random.random() < share


def catalogue() -> list[Skill]:
    """Return the skills that every hall begins with."""
    return [Skill(row.id, row.name, row.category_slug) for row in shipped().skills]


def community(count: int, now: datetime, hashes: Sequence[str]) -> list[Member]:
    """Return `count` people as of `now`: the named ones first, with these password hashes, then hosts and learners mixed."""
    random = Random("skillhall demo people")  # noqa: S311 - the same people at every load
    skills, names = catalogue(), FIRST_NAMES.split()
    members: list[Member] = []
    used: set[str] = set()
    for number in range(count):
        name, role = NAMED[number] if number < len(NAMED) else ("", "host" if happens(random, 0.16) else "learner")
        first, last = (name.capitalize(), "") if name else (random.choice(names), random.choice(names))
        username = name or f"{first}.{last}".lower()
        while username in used:
            username = f"{first}.{last}{random.randrange(10, 1000)}".lower()
        used.add(username)
        # One in eight joined this month and has not done anything yet.
        is_settled = bool(name) or happens(random, 0.875)
        days = random.uniform(40, 400) if is_settled else random.uniform(0.1, 25)
        account = Newcomer(
            id=derived("demo", "account", number),
            email=f"{username}@{DOMAIN}",
            first_name=first,
            last_name=last,
            display_name=f"{first} {last}".strip(),
            timezone=random.choice(ZONES),
            created_at=now - timedelta(minutes=int(days * 1440)),
            abilities=["learner", "host"] if role == "host" else ["learner", *random.choices(([], ["client"], ["worker"]), (8, 1, 1))[0]],
            roles=[role] if role in {"super_admin", "moderator"} else [],
            password_hash=hashes[number] if number < len(NAMED) else None,
        )
        members.append(_member(random, account, username, skills, is_settled=is_settled))
    return members


def _member(random: Random, account: Newcomer, username: str, skills: list[Skill], *, is_settled: bool) -> Member:
    is_host = "host" in account.abilities
    teaches: list[Skill] = []
    if is_host:
        first = random.choice(skills)
        related = [skill for skill in skills if skill.category == first.category and skill is not first]
        teaches = [first, *random.sample(related, random.randint(0, min(2, len(related))))]
    wants = random.sample([skill for skill in skills if skill not in teaches], random.randint(0, 2) if is_host else random.randint(1, 4))
    return Member(
        account=account,
        profiles=_profiles(random, account, username, teaches, wants),
        skills=_skills(random, account, teaches, wants),
        hours=AdoptedHours(account_id=account.id, timezone=account.timezone, week=_week(random) if is_host else ((),) * 7),
        teaches=teaches,
        is_settled=is_settled,
    )


def _profiles(random: Random, account: Newcomer, username: str, teaches: list[Skill], wants: list[Skill]) -> list[Profile]:
    spoken, texts = (teaches, TEACHES) if teaches else (wants, LEARNS)
    works = "worker" in account.abilities
    kind: Kind = random.choice(("professional", "professional", "mentor")) if teaches or works else random.choice(OTHER_KINDS)
    primary = Profile(
        id=derived("demo", "profile", account.id),
        account_id=account.id,
        kind=kind,
        is_primary=True,
        display_name=account.display_name,
        username=username,
        bio=random.choice(texts).format(skill=spoken[0].name) if spoken and happens(random, 0.8) else None,
        location=account.timezone.rsplit("/", 1)[-1].replace("_", " ") if happens(random, 0.7) else None,
        skills=[skill.name for skill in teaches],
        has_availability=bool(teaches),
        origin=ORIGIN,
        created_at=account.created_at,
        updated_at=account.created_at,
    )
    if happens(random, 0.92):
        return [primary]
    second = Profile(
        id=derived("demo", "second profile", account.id),
        account_id=account.id,
        kind=random.choice(OTHER_KINDS),
        is_primary=False,
        display_name=f"{account.first_name}'s workshop",
        skills=primary.skills,
        has_availability=primary.has_availability,
        origin=ORIGIN,
        created_at=account.created_at + timedelta(hours=1),
        updated_at=account.created_at + timedelta(hours=1),
    )
    return [primary, second]


def _skills(random: Random, account: Newcomer, teaches: list[Skill], wants: list[Skill]) -> list[AdoptedSkill]:
    rows: list[AdoptedSkill] = []
    for place, skill in enumerate([*teaches, *wants]):
        is_taught = skill in teaches
        since = account.created_at + timedelta(minutes=place)
        level = random.choice(("intermediate", "advanced", "expert")) if is_taught else random.choice(("beginner", "intermediate"))
        rows.append(
            AdoptedSkill(
                id=derived("demo", "member skill", account.id, skill.id),
                account_id=account.id,
                profile_id=derived("demo", "profile", account.id),
                skill_id=skill.id,
                purpose="teach" if is_taught else "learn",
                level=level,
                target_level=None if is_taught else "advanced",
                created_at=since,
                updated_at=since,
            )
        )
    return rows


def _week(random: Random) -> tuple[tuple[tuple[int, int], ...], ...]:
    blocks = sorted(random.sample(BLOCKS, random.randint(1, 2)))
    joined = ((blocks[0][0], blocks[-1][1]),) if blocks[0][1] == blocks[-1][0] or len(blocks) == 1 else tuple(blocks)
    days = random.sample(range(7), random.randint(3, 6))
    return tuple(joined if day in days else () for day in range(7))
