"""The people of the demo community: invented, and the same at every load."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from msgspec import Struct

from skillhall.calendar.api import AdoptedHours
from skillhall.deploy.demo_profiles import happens, profiles
from skillhall.identity.api import Newcomer
from skillhall.kernel.ids import derived
from skillhall.profiles.api import Profile
from skillhall.skills.api import AdoptedSkill, shipped, skill_id_of
from skillhall.skills.api import Skill as StoredSkill

DOMAIN = "demo.example"
NAMED = (
    ("olive", "super_admin"), ("mona", "moderator"), ("hanna", "host"), ("hugo", "host"), ("lena", "learner"), ("leo", "learner"),
)  # fmt: skip
TAUGHT = {"hanna": skill_id_of("python"), "hugo": skill_id_of("acoustic-guitar")}
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
GOALS = (
    "Finish a first small project in {skill} before the summer.",
    "Half an hour of {skill} every week.",
    "Know enough {skill} to help others at the next meeting.",
    "Be ready for an interview about {skill}.",
)
PROPOSALS = (
    ("Beatboxing", "beatboxing", "music", 4), ("Kintsugi", "kintsugi", "crafts", 6), ("Puppetry", "puppetry", "performing-arts", 5),
    ("Mushroom foraging", "mushroom-foraging", "home-life", 5), ("Stone carving", "stone-carving", "visual-arts", 7),
    ("Amateur radio", "amateur-radio", "infrastructure", 5), ("Wild swimming", "wild-swimming", "sports-games", 3),
    ("Falconry", "falconry", "sports-games", 8),
)  # fmt: skip
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


def proposals(members: Sequence[Member]) -> list[StoredSkill]:
    """Return skills that hosts would add to the catalogue; they wait for staff."""
    hosts = [member for member in members if member.teaches and member.is_settled]
    return [
        StoredSkill(
            id=skill_id_of(slug),
            slug=slug,
            name=name,
            category_slug=category,
            difficulty=difficulty,
            description=f"{name} from the first steps on.",
            aliases=[],
            tags=[],
            state="under_review",
            account_id=host.id,
            profile_id=host.profile_id,
        )
        for (name, slug, category, difficulty), host in zip(PROPOSALS, hosts, strict=False)
    ]


def _member(random: Random, account: Newcomer, username: str, skills: list[Skill], *, is_settled: bool) -> Member:
    is_host = "host" in account.abilities
    teaches: list[Skill] = []
    if is_host:
        first = next((skill for skill in skills if skill.id == TAUGHT.get(username)), None) or random.choice(skills)
        related = [skill for skill in skills if skill.category == first.category and skill is not first]
        teaches = [first, *random.sample(related, random.randint(0, min(2, len(related))))]
    wants = random.sample([skill for skill in skills if skill not in teaches], random.randint(0, 2) if is_host else random.randint(1, 4))
    return Member(
        account=account,
        profiles=profiles(random, account, username, [skill.name for skill in teaches], [skill.name for skill in wants]),
        skills=_skills(random, account, teaches, wants),
        hours=AdoptedHours(account_id=account.id, timezone=account.timezone, week=_week(random) if is_host else ((),) * 7),
        teaches=teaches,
        is_settled=is_settled,
    )


def _skills(random: Random, account: Newcomer, teaches: list[Skill], wants: list[Skill]) -> list[AdoptedSkill]:
    return [
        _taught(random, account, skill, account.created_at + timedelta(minutes=place))
        if skill in teaches
        else _wanted(random, account, skill, account.created_at + timedelta(minutes=place))
        for place, skill in enumerate([*teaches, *wants])
    ]


def _taught(random: Random, account: Newcomer, skill: Skill, since: datetime) -> AdoptedSkill:
    return AdoptedSkill(
        id=derived("demo", "member skill", account.id, skill.id),
        account_id=account.id,
        profile_id=derived("demo", "profile", account.id),
        skill_id=skill.id,
        purpose="teach",
        level=random.choice(("intermediate", "advanced", "expert")),
        years=random.randint(2, 30) if happens(random, 0.7) else None,
        created_at=since,
        updated_at=since,
    )


def _wanted(random: Random, account: Newcomer, skill: Skill, since: datetime) -> AdoptedSkill:
    """Return a skill somebody learns; most have said what for, and every fifth of those has come there."""
    has_goal = happens(random, 0.6)
    is_reached = has_goal and happens(random, 0.2)
    return AdoptedSkill(
        id=derived("demo", "member skill", account.id, skill.id),
        account_id=account.id,
        profile_id=derived("demo", "profile", account.id),
        skill_id=skill.id,
        purpose="learn",
        level="advanced" if is_reached else random.choice(("beginner", "intermediate")),
        target_level="advanced",
        goal=random.choice(GOALS).format(skill=skill.name) if has_goal else None,
        goal_due=since.date() + timedelta(days=random.randint(60, 400)) if has_goal else None,
        goal_priority=random.choice(("low", "normal", "normal", "high")) if has_goal else None,
        reached_at=since + timedelta(days=20) if is_reached else None,
        created_at=since,
        updated_at=since,
    )


def _week(random: Random) -> tuple[tuple[tuple[int, int], ...], ...]:
    blocks = sorted(random.sample(BLOCKS, random.randint(1, 2)))
    joined = ((blocks[0][0], blocks[-1][1]),) if blocks[0][1] == blocks[-1][0] or len(blocks) == 1 else tuple(blocks)
    days = random.sample(range(7), random.randint(3, 6))
    return tuple(joined if day in days else () for day in range(7))
