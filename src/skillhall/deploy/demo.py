"""The demo community: two thousand invented people and a month of their lessons, the same at every load but for the secrets."""

import secrets
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from skillhall.calendar import api as calendar
from skillhall.deploy.demo_lessons import Lessons, lessons
from skillhall.deploy.demo_people import DOMAIN, NAMED, ORIGIN, Member, community
from skillhall.deploy.hall import Hall
from skillhall.identity import api as identity
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.pool import open_connection
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.passwords import hash_password
from skillhall.kernel.shapes import Subject
from skillhall.learning import api as learning
from skillhall.ledger import api as ledger
from skillhall.profiles import api as profiles
from skillhall.skills import api as skills

SIGN_INS = "demo-signins.txt"
MEMBERS, SESSIONS = 2_000, 6_000
BATCH = 500
HAS_MEMBERS = sql("SELECT EXISTS (SELECT FROM identity.staff_account)")
HAS_DEMO = sql("SELECT EXISTS (SELECT FROM identity.staff_account WHERE email LIKE '%@demo.example')")
ANALYZE = sql("ANALYZE")
Tell = Callable[[str, int, int], None]
Postings = list[tuple[datetime, ledger.Transfer]]


async def load(hall: Hall, tell: Tell, *, members: int = MEMBERS, sessions: int = SESSIONS) -> bool:
    """Load it all in one transaction and write the sign-ins; False, and nothing changed, when the hall has members already.

    `tell(step, done, total)` hears of the progress.
    """
    if await hall.pool.fetchval(HAS_MEMBERS):
        return False
    await hall.runner.refresh_clock()
    now = hall.runner.house.clock.business().replace(second=0, microsecond=0)
    passwords = [secrets.token_urlsafe(12) for _ in NAMED]
    people = community(members, now, [await hash_password(password) for password in passwords])
    rules = hall.runner.house.settings[ledger.LedgerRules]
    month = lessons(people, sessions, now, has_credits=rules.has_credits)
    tell("Members", 0, members)
    tell("Lessons", 0, sessions)

    async def work(tx: Tx) -> None:
        await _adopt_people(tx, people)
        tell("Members", members, members)
        await learning.adopt_offers(tx, month.offers)
        moves = await learning.adopt(tx, month.histories, now)
        tell("Lessons", sessions, sessions)
        postings = sorted([*_beginnings(people, month, rules), *moves.postings], key=lambda posting: posting[0])
        for done in range(0, len(postings), BATCH):
            tell("Transfers", done, len(postings))
            await ledger.adopt(tx, postings[done : done + BATCH])
        tell("Transfers", len(postings), len(postings))
        for case, holds in moves.frozen.items():
            await ledger.freeze(tx, holds, case)
        write_sign_ins(hall.config.data / SIGN_INS, passwords)

    try:
        await hall.runner.run(work, actor=Actor.of("deploy", "the demo community"))
    except identity.EmailTaken:  # somebody else loaded it meanwhile
        return False
    await hall.pool.execute(ANALYZE)
    return True


async def is_loaded(dsn: str) -> bool:
    """Return whether this database holds accounts of the demo community."""
    connection = await open_connection(dsn)
    try:
        return bool(await connection.fetchval(HAS_DEMO))
    finally:
        await connection.close()


def write_sign_ins(path: Path, passwords: list[str]) -> None:
    """Write who may sign in, a line each: address, password, role. Readable by the owner alone."""
    head = "# Sign-ins of the demo community: address, password, role. Made at random when it was loaded.\n"
    lines = [f"{name}@{DOMAIN} {password} {role}\n" for (name, role), password in zip(NAMED, passwords, strict=True)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(head + "".join(lines), encoding="utf-8")


async def _adopt_people(tx: Tx, people: list[Member]) -> None:
    await identity.adopt(tx, [member.account for member in people], origin=ORIGIN)
    await profiles.adopt(tx, [profile for member in people for profile in member.profiles])
    await skills.adopt(tx, [skill for member in people for skill in member.skills])
    await calendar.adopt_hours(tx, [member.hours for member in people if member.teaches])


def _beginnings(people: list[Member], month: Lessons, rules: ledger.LedgerRules) -> Postings:
    """Return the sign-up grant of each, and for eager learners what they had bought before."""
    if not rules.has_credits:
        return []
    spent = Counter[UUID]()
    for history in month.histories:
        spent[history.learner_id] += history.offer.price
    postings: Postings = []
    for place, member in enumerate(people):
        subject, since = Subject("account", member.id), member.account.created_at
        if rules.signup_grant:
            lines = ledger.grant(member.id, rules.signup_grant)
            postings.append((since, ledger.Transfer(id=derived("signup", member.id), kind="grant", subject=subject, lines=lines)))
        if (missing := spent[member.id] - rules.signup_grant) > 0:
            lines = ledger.opening(member.id, wallet=missing + place % 12)
            postings.append((since, ledger.Transfer(id=derived("opening", member.id), kind="opening", subject=subject, lines=lines)))
    return postings
