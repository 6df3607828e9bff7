"""Loading the community: set statements in one order, then the books through the ledger's own posting function."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec

from bench import crowd, market, talk, till, world
from bench.world import ACCOUNT, ACTIVE, AHEAD, CODE, CREDITS, OWED, OWED_SEAT, PAST, PRICE, PROFILE, World, id_of
from skillhall.identity.model.code import hash_of
from skillhall.kernel.ids import derived
from skillhall.learning.model.terms import Terms
from skillhall.ledger.model.transfer import adjust, hold

POST = """
SELECT count(p.refusal) FROM unnest($1::uuid[], $3::uuid[], $4::text[]) AS t (id, subject, lines)
CROSS JOIN LATERAL ledger.post('voucher', t.id, $2, 'bench', t.subject, $5, t.lines::jsonb, NULL, NULL) p
"""


async def fill(
    connection: asyncpg.Connection, size: int, secret: str, *, owed: int, codes: int, groups: int, searched: int, projects: int, hired: int,
    due: int, sells: bool, directs: int, audience: int,
) -> World:  # fmt: skip
    """Load the community into a migrated, empty hall: so many sessions, and what single scenarios use up or search."""
    listed = max(size // (PAST + AHEAD), 1)
    hosts = max(ACTIVE, listed)
    people = hosts + max(ACTIVE, listed)
    now = datetime.now(UTC)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    skills = [
        row[0] for row in await connection.fetch("SELECT id FROM skills.skill WHERE state = 'active' ORDER BY slug LIMIT $1", hosts // 40)
    ]
    made = World(
        size=size, hosts=hosts, listed=listed, people=people, owed=owed, codes=min(codes, people), groups=groups,
        projects=projects, hired=min(hired, projects // 10), due=due,
        directs=directs, audience=audience, today=today, skills=skills, secret=secret,
    )  # fmt: skip
    terms = msgspec.to_builtins(Terms())
    await connection.execute("SET session_replication_role = replica")  # our rows refer to each other rightly: verify looks
    await connection.execute(world.MAKE_ID)
    await connection.execute(world.PEOPLE, people, now)
    await connection.execute(world.PROFILES, people, now)
    await connection.execute(world.LOGINS, people, now)
    emails = [f"person{number}@bench.example" for number in range(made.codes)]
    await connection.execute(world.CODES, emails, [hash_of(secret, "sign_in", email, CODE) for email in emails], now)
    await connection.execute(world.PERSONS, people)
    await connection.execute(world.HOURS, hosts)
    await connection.execute(world.OFFERS, hosts, skills, PRICE, now)
    await connection.execute(world.PLAN, size, listed, today, hosts, PAST)
    await connection.execute(world.SESSIONS, terms, PRICE)
    await connection.execute(world.SEATS, PRICE)
    await connection.execute(world.ENTRIES)
    seats = await crowd.assemble(connection, made, groups, terms) if groups else []
    if searched:
        await crowd.gather(connection, searched, now)
    payments = await market.trade(connection, made, now) if projects else []
    if sells:
        await till.open_till(connection, made, now)
    if directs:
        await talk.converse(connection, made, now)
    if audience:
        await talk.assemble(connection, made, now)
    await connection.execute("SET session_replication_role = origin")
    await _books(connection, made, now, terms)
    held = [hold(key, account, PRICE, "session", session) for key, account, session in seats]
    await _post(connection, "hold", [derived("bench", key) for key, _, _ in seats], [session for _, _, session in seats], held, now)
    held = [hold(key, account, market.FEE, "gig", milestone) for key, account, milestone in payments]
    await _post(
        connection, "hold", [derived("bench", key) for key, _, _ in payments], [milestone for _, _, milestone in payments], held, now
    )
    await connection.execute("VACUUM (FREEZE, ANALYZE)")
    return made


async def _books(connection: asyncpg.Connection, made: World, now: datetime, terms: object) -> None:
    """Give the active learners credits, and hold some of them for the lessons that are owed."""
    accounts = [id_of(ACCOUNT, made.learner(number)) for number in range(ACTIVE)]
    given = [adjust(account, CREDITS, account="wallet") for account in accounts]
    await _post(connection, "adjust", [derived("bench", account) for account in accounts], accounts, given, now)
    owing = [made.learner(number % ACTIVE) for number in range(made.owed)]
    seats = [id_of(OWED_SEAT, number) for number in range(made.owed)]
    sessions = [id_of(OWED, number) for number in range(made.owed)]
    holds = [derived("seat", seat, 1) for seat in seats]
    payers = [id_of(ACCOUNT, who) for who in owing]
    lines = [hold(key, payer, PRICE, "session", session) for key, payer, session in zip(holds, payers, sessions, strict=True)]
    await connection.execute(world.OWED_SESSIONS, made.owed, now, PRICE, terms)
    await connection.execute(world.OWED_SEATS, holds, PRICE, now, payers, [id_of(PROFILE, who) for who in owing])
    await _post(connection, "hold", [derived("bench", key) for key in holds], sessions, lines, now - timedelta(days=1))


async def _post(
    connection: asyncpg.Connection, kind: str, ids: list[UUID], subjects: list[UUID], lines: Sequence[object], at: datetime
) -> None:
    refused = await connection.fetchval(POST, ids, kind, subjects, [msgspec.json.encode(line).decode() for line in lines], at)
    if refused:
        raise AssertionError(f"{refused} postings of kind {kind} were refused")
