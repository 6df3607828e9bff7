"""The demo community: two thousand invented people, their lessons and their projects; the same at every load but for the secrets."""

import secrets
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from skillhall.billing import api as billing
from skillhall.calendar import api as calendar
from skillhall.connections import api as connections
from skillhall.deploy import demo_gigs, demo_sales
from skillhall.deploy.demo_connections import Acquainted, acquainted
from skillhall.deploy.demo_lessons import Lessons, lessons
from skillhall.deploy.demo_people import DOMAIN, NAMED, Member, community, proposals
from skillhall.deploy.demo_profiles import ORIGIN
from skillhall.deploy.demo_reviews import said
from skillhall.deploy.demo_talks import talks
from skillhall.deploy.hall import Hall
from skillhall.disputes import api as disputes
from skillhall.gigs import api as gigs
from skillhall.identity import api as identity
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.money import CREDIT
from skillhall.kernel.passwords import hash_password
from skillhall.kernel.shapes import Subject
from skillhall.learning import api as learning
from skillhall.ledger import api as ledger
from skillhall.messaging import api as messaging
from skillhall.notifications import api as notifications
from skillhall.payments import api as payments
from skillhall.profiles import api as profiles
from skillhall.reviews import api as reviews
from skillhall.skills import api as skills

SIGN_INS = "demo-signins.txt"
MEMBERS, SESSIONS, PROJECTS = 2_000, 6_000, 500
BATCH = 500
HAS_MEMBERS = sql("SELECT EXISTS (SELECT FROM identity.staff_account)")
ANALYZE = sql("ANALYZE")
PATIENTLY = sql("SELECT set_config('idle_in_transaction_session_timeout', '0', true), set_config('statement_timeout', '0', true)")
"""A slow machine may think for longer about a step than a command of a member ever may."""
Tell = Callable[[str, int, int], None]
Postings = list[tuple[datetime, ledger.Transfer]]


async def load(hall: Hall, tell: Tell, *, members: int = MEMBERS, sessions: int = SESSIONS, projects: int = PROJECTS) -> bool:
    """Load it all in one transaction, the papers in another, and write the sign-ins; False, and nothing changed, when there are members.

    `tell(step, done, total)` hears of the progress.
    """
    if await hall.pool.fetchval(HAS_MEMBERS):
        return False
    await hall.runner.refresh_clock()
    now = hall.runner.house.clock.business().replace(second=0, microsecond=0)
    passwords = [secrets.token_urlsafe(12) for _ in NAMED]
    people = community(members, now, [await hash_password(password) for password in passwords])
    rules = hall.runner.house.settings[ledger.LedgerRules]
    currency = hall.config.community_currency if rules.mode != "points" else None
    month = lessons(people, sessions, now, has_credits=rules.has_credits, currency=currency)
    posted = demo_gigs.gigs(people, projects, now, rules, hall.config.community_currency)
    known = acquainted(people, month.histories, now)
    written = talks(people, month.histories, known, hall.runner.house.settings[learning.LearningRules].terms, now)
    tell("Members", 0, members)
    tell("Lessons", 0, sessions)
    tell("Projects", 0, projects)

    async def work(tx: Tx) -> None:
        await tx.row(PATIENTLY)
        await _adopt_people(tx, people, known)
        tell("Members", members, members)
        await learning.adopt_offers(tx, month.offers)
        moves = await learning.adopt(tx, month.histories, now)
        await learning.adopt_materials(tx, month.materials)
        tell("Lessons", sessions, sessions)
        work_moves = await gigs.adopt(tx, posted, now, disputes.case_of, ORIGIN)
        tell("Projects", projects, projects)
        await messaging.adopt(tx, written.conversations, ORIGIN)
        earned = [*moves.postings, *work_moves.postings]
        money = await _adopt_sales(tx, people, _needed(month, posted), earned, now)
        postings = sorted([*_granted(people, rules), *money, *earned], key=lambda posting: posting[0])
        for done in range(0, len(postings), BATCH):
            tell("Transfers", done, len(postings))
            await ledger.adopt(tx, postings[done : done + BATCH])
        tell("Transfers", len(postings), len(postings))
        reports = [*moves.reports, *work_moves.reports]
        objections = [disputes.Objection(payment=one.payment, opener_id=one.by, reason=one.problem, at=one.at) for one in reports]
        await disputes.adopt(tx, objections, now)
        await reviews.adopt(tx, said([*moves.finished, *work_moves.finished]), now)
        await notifications.adopt(tx, written.notices, ORIGIN)
        write_sign_ins(hall.config.data / SIGN_INS, passwords)

    loader = Actor.of("deploy", "the demo community")
    try:
        await hall.runner.run(work, actor=loader)
    except identity.EmailTaken:  # somebody else loaded it meanwhile
        return False
    await hall.runner.run(billing.adopt_papers, actor=loader)
    await hall.pool.execute(ANALYZE)
    return True


def write_sign_ins(path: Path, passwords: list[str]) -> None:
    """Write who may sign in, a line each: address, password, role. Readable by the owner alone."""
    head = "# Sign-ins of the demo community: address, password, role. Made at random when it was loaded.\n"
    lines = [f"{name}@{DOMAIN} {password} {role}\n" for (name, role), password in zip(NAMED, passwords, strict=True)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(head + "".join(lines), encoding="utf-8")


async def _adopt_people(tx: Tx, people: list[Member], known: Acquainted) -> None:
    await identity.adopt(tx, [member.account for member in people], origin=ORIGIN)
    await billing.load_catalogue(tx)
    await profiles.adopt(tx, [profile for member in people for profile in member.profiles])
    await connections.adopt(tx, known.connections, known.follows)
    await skills.adopt(tx, [skill for member in people for skill in member.skills])
    await skills.adopt_proposals(tx, proposals(people))
    await calendar.adopt_hours(tx, [member.hours for member in people if member.teaches])


async def _adopt_sales(tx: Tx, people: list[Member], needed: Counter[UUID], earned: Postings, now: datetime) -> Postings:
    """Adopt what people bought of the community, with which some eager learners and clients begin, and who was paid out."""
    rules, asset = tx.setting(ledger.LedgerRules), tx.house.config.community_currency
    if rules.mode == "points" or asset not in billing.CURRENCIES:
        return _brought(people, needed, rules)
    has_packages = rules.mode == "voucher"
    bought = {member.id: demo_sales.bought(member, needed[member.id], asset) for member in people if has_packages and needed[member.id]}
    first = {account_id: sale for account_id, sale in bought.items() if sale}
    sales = [*first.values(), *demo_sales.lately(people, now, asset, has_credits=has_packages)]
    postings = await billing.adopt(tx, sales)
    payouts = await payments.adopt_payouts(tx, demo_sales.paid_out(people, earned, now, asset))
    return [*_brought([member for member in people if member.id not in first], needed, rules), *postings, *payouts]


def _needed(month: Lessons, posted: list[gigs.GigHistory]) -> Counter[UUID]:
    """Return how many credits each spends."""
    spent = Counter[UUID]()
    for history in month.histories:
        for buyer in _buyers(history) if history.offer.asset == CREDIT else ():
            spent[buyer] += history.offer.price
    for payer_id, amount in map(demo_gigs.spent, posted):
        spent[payer_id] += amount
    return spent


def _granted(people: list[Member], rules: ledger.LedgerRules) -> Postings:
    """Return the sign-up grant of each."""
    postings: Postings = []
    for member in people if rules.has_credits and rules.signup_grant else ():
        subject, lines = Subject("account", member.id), ledger.grant(member.id, rules.signup_grant)
        transfer = ledger.Transfer(id=derived("signup", member.id), kind="grant", subject=subject, lines=lines)
        postings.append((member.account.created_at, transfer))
    return postings


def _brought(people: list[Member], needed: Counter[UUID], rules: ledger.LedgerRules) -> Postings:
    """Return the credits that eager learners and clients had already when they came."""
    postings: Postings = []
    for place, member in enumerate(people if rules.has_credits else ()):
        if (missing := needed[member.id] - rules.signup_grant) > 0:
            subject, lines = Subject("account", member.id), ledger.opening(member.id, wallet=missing + place % 12)
            transfer = ledger.Transfer(id=derived("opening", member.id), kind="opening", subject=subject, lines=lines)
            postings.append((member.account.created_at, transfer))
    return postings


def _buyers(history: learning.History | learning.GroupHistory) -> list[UUID]:
    """Return who needs credits for it: who waits pays too, once a seat comes free."""
    if isinstance(history, learning.History):
        return [history.learner_id]
    return [step.by for step in history.steps if step.verb in {"take", "wait"}]
