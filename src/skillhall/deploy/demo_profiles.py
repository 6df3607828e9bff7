"""The profiles of the demo community: the face everybody has, a second one for some, and what their kinds say."""

from datetime import timedelta
from random import Random

from skillhall.identity.api import Newcomer
from skillhall.kernel.ids import derived
from skillhall.profiles.api import Kind, Profile

ORIGIN = "demo"
OTHER_KINDS: tuple[Kind, ...] = ("innovator", "academic_student", "investor", "organization", "academic_institution", "mentor")
TWO_FACED = ("hanna", "lena")  # of those with a sign-in
SECOND_SHARE = 0.2
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
IDEAS = (
    "A library of tools for the whole street.", "Repair evenings with people who know how.", "A map of quiet places to work.",
    "Short courses for people who change their trade.", "A marketplace for what is left over at the bakery.",
)  # fmt: skip
LANGUAGES = ("en", "de", "fr", "es", "pt", "hi", "tr", "ja", "pl", "ar")
SECTORS = ("education", "health", "climate", "mobility", "food", "software", "crafts")
SUBJECTS = ("Computer science", "Mechanical engineering", "Design", "Economics", "Physics", "Linguistics", "Music")


def happens(random: Random, share: float) -> bool:
    """Decide something that is so in this share of all cases."""
    return random.random() < share


def profiles(random: Random, account: Newcomer, username: str, teaches: list[str], wants: list[str]) -> list[Profile]:
    """Return somebody's profiles, the primary one first; `teaches` and `wants` are names of skills."""
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
        bio=random.choice(texts).format(skill=spoken[0]) if spoken and happens(random, 0.8) else None,
        location=account.timezone.rsplit("/", 1)[-1].replace("_", " ") if happens(random, 0.7) else None,
        skills=teaches,
        has_availability=bool(teaches),
        metadata={kind: _details(random, kind, account, spoken)} if happens(random, 0.6) else {},
        privacy={"location": "nobody"} if happens(random, 0.1) else {},
        origin=ORIGIN,
        created_at=account.created_at,
        updated_at=account.created_at,
    )
    has_second = happens(random, SECOND_SHARE) or username in TWO_FACED
    return [primary, _second(random, account, primary, spoken)] if has_second else [primary]


def _second(random: Random, account: Newcomer, primary: Profile, spoken: list[str]) -> Profile:
    kind: Kind = random.choice([kind for kind in OTHER_KINDS if kind != primary.kind])
    opened_at = account.created_at + timedelta(hours=1)
    return Profile(
        id=derived("demo", "second profile", account.id),
        account_id=account.id,
        kind=kind,
        is_primary=False,
        display_name=_NAMES[kind].format(name=account.last_name or account.first_name),
        skills=primary.skills,
        has_availability=primary.has_availability,
        metadata={kind: _details(random, kind, account, spoken)},
        is_listed=happens(random, 0.9),
        origin=ORIGIN,
        created_at=opened_at,
        updated_at=opened_at,
    )


_NAMES: dict[Kind, str] = {
    "innovator": "{name}'s workshop",
    "academic_student": "{name}, evening student",
    "investor": "{name} Ventures",
    "organization": "Friends of {name}",
    "academic_institution": "{name} Academy",
    "mentor": "Mentoring with {name}",
    "professional": "{name}, freelance",
}


def _details(random: Random, kind: Kind, account: Newcomer, spoken: list[str]) -> dict[str, object]:
    """Return what a profile of this kind says beyond the fields all have, by the names of the wire."""
    told: dict[str, object] = {"languages": random.sample(LANGUAGES, random.randint(1, 3))}
    name = account.last_name or account.first_name
    match kind:
        case "innovator":
            told |= {"idea": random.choice(IDEAS), "stage": random.choice(("idea", "prototype", "launched"))}
            told["lookingFor"] = random.sample(("cofounder", "mentor", "funding", "customers", "talent"), 2)
        case "mentor":
            told |= {"expertise": spoken, "yearsOfExperience": random.randint(3, 30)}
        case "investor":
            least = random.randint(1, 20) * 1_000_000
            told["ticketSize"] = {"min": {"amount": least, "currency": "EUR"}, "max": {"amount": least * 4, "currency": "EUR"}}
            told |= {"sectors": random.sample(SECTORS, 2), "stages": ["pre_seed", "seed"]}
        case "academic_student":
            subject = random.choice(SUBJECTS)
            told |= {"institution": "University of the Evening", "fieldOfStudy": subject, "graduationYear": random.randint(2027, 2031)}
        case "academic_institution":
            told |= {"officialName": f"{name} Academy", "institutionKind": "training_center", "students": random.randint(20, 900)}
        case "organization":
            told |= {
                "officialName": f"Friends of {name}",
                "industry": random.choice(SECTORS),
                "size": random.choice(("1", "2-10", "11-50")),
            }
        case "professional":
            told |= {"yearsOfExperience": random.randint(2, 30), "certifications": [f"Certificate in {skill}" for skill in spoken[:1]]}
    return told
