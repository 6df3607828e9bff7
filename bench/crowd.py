"""What searches run over, and the groups that are called off: 200,000 more members and skills, and sessions with 200 seats each."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from bench.world import ACCOUNT, ACTIVE, PRICE, PROFILE, World, id_of
from skillhall.kernel.ids import derived

SEATS: Final = 200
GROUP, GROUP_SEAT = 10, 11
CROWD: Final = 200_000


def _words(text: str) -> list[str]:
    return text.split()


FIRST: Final = _words("Mira Jonas Aylin Tomasz Noor Elena Kofi Sanna Diego Yuki Amara Piet Leila Oskar Chiara Ravi Ines Malik Freya Hugo")
LAST: Final = (
    _words("Ber Kel Lin Mor Sand Tal Vor Wen Zim Hol Gru Dan Fer Jan Kra Nov Pol Ros Stei Ull"),
    _words("ama eno ika olu uri ani esk ipo ova ust"),
    _words("berg feld mann ova ski son stein tini wald weg dal gaard hoff kamp lund nen quist rup stad tveit vik zen ard ell ius"),
)
CITIES: Final = _words("Leipzig Lyon Porto Tallinn Graz Ghent Bergen Brno Turin Malaga")
MATERIALS: Final = _words(
    "Lace Glass Leather Copper Linen Clay Oak Paper Silver Wool Marble Bamboo Resin Silk Amber Cork Felt Wax Iron Jade"
)
CRAFTS: Final = _words("engraving dyeing weaving carving casting binding inlay polishing restoring painting")
STYLES: Final = _words("Nordic Baroque Modern Rustic Coastal Alpine Gothic Urban Folk Classic")
PEOPLE = """
INSERT INTO identity.account (id, email, email_verified, display_name, timezone, locale, state, abilities, origin, created_at, roles)
SELECT bench.id(12, n), 'crowd' || n || '@bench.example', true, 'Crowd ' || n, 'Europe/Berlin', 'en', 'active', '{learner}', 'code',
    $2::timestamptz - n * interval '1 minute', '{}'
FROM generate_series(0, $1::int - 1) n
"""
PROFILES = """
INSERT INTO profiles.profile (id, account_id, kind, is_primary, display_name, username, bio, location, rating, skills, is_verified,
    origin, created_at, updated_at)
SELECT bench.id(12, n), bench.id(12, n), 'professional', true,
    $3[1 + n / 4800 % cardinality($3)] || ' ' || $4[1 + n % cardinality($4)]
        || $5[1 + n / 20 % cardinality($5)] || $6[1 + n / 200 % cardinality($6)],
    'crowd' || n, 'Likes to learn in the evening.', $7[1 + n % cardinality($7)], 1 + n / 2000 % 5,
    ARRAY[$8[1 + n / 10 % cardinality($8)] || ' ' || $9[1 + n / 200 % cardinality($9)]], n / 10000 % 3 = 0,
    'code', $2::timestamptz - n * interval '1 minute', $2
FROM (SELECT n, $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]
      FROM generate_series(0, $1::int - 1) n) given
"""
SKILLS = """
INSERT INTO skills.skill (id, slug, name, category_slug, difficulty, description, tags, state, in_catalogue, created_at, updated_at)
SELECT bench.id(12, n), 'crowd-' || n,
    $3[1 + n % cardinality($3)] || ' ' || $4[1 + n / 20 % cardinality($4)] || ', ' || $5[1 + n / 200 % cardinality($5)] || ' ' || n / 2000,
    (SELECT slug FROM skills.category WHERE parent_slug IS NULL ORDER BY slug LIMIT 1), 1 + n % 10,
    'A craft of the workshop, taught at the bench.', ARRAY['craft'], 'active', false, $2, $2
FROM (SELECT n, $3::text[], $4::text[], $5::text[] FROM generate_series(0, $1::int - 1) n) given
"""
TALLIES = "INSERT INTO skills.tally (skill_id) SELECT bench.id(12, n) FROM generate_series(0, $1::int - 1) n"
INDEXES = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i
WHERE i.indrelid = ANY ($1::text[]::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""
# Group g is held by host g; eight groups a day, one an hour, from a day that no other scenario touches.
GROUPS = """
INSERT INTO learning.session (id, offer_id, host_id, host_profile_id, skill_id, kind, state, title, starts_at, ends_at,
    buffer_before_minutes, buffer_after_minutes, capacity, taken, price, terms, room, created_at, due_at)
SELECT bench.id(10, g), o.id, o.host_id, o.profile_id, o.skill_id, 'group', 'scheduled', o.title, at, at + interval '1 hour', 5, 5,
    $3::int, $3::int, $4, $5, 'group-' || g, $2, at + interval '30 minutes'
FROM (SELECT g, $2::timestamptz + (40 + g / 8) * interval '1 day' + g % 8 * interval '1 hour' AS at
      FROM generate_series(0, $1::int - 1) g) planned
JOIN learning.offer o ON o.id = bench.id(3, g)
"""
GROUP_SEATS = """
INSERT INTO learning.seat (id, session_id, account_id, profile_id, state, settlement, round, hold_id, price, gross, fee, settle_at,
    created_at)
SELECT bench.id(11, n - 1), s.id, t.account_id, t.profile_id, 'confirmed', 'held', 1, t.hold_id, s.price, 0, 0,
    s.ends_at + interval '48 hours', s.created_at
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) WITH ORDINALITY AS t (hold_id, session_id, account_id, profile_id, n)
JOIN learning.session s ON s.id = t.session_id
"""
GROUP_ENTRIES = """
INSERT INTO calendar.entry (id, account_id, subject_kind, subject_id, firm, title, starts_at, ends_at, span)
SELECT gen_random_uuid(), who.account_id, 'session', s.id, true, s.title, s.starts_at, s.ends_at,
    tstzrange(s.starts_at - who.buffer, s.ends_at + who.buffer)
FROM learning.session s
CROSS JOIN LATERAL (
    SELECT s.host_id AS account_id, interval '5 minutes' AS buffer
    UNION ALL SELECT account_id, interval '0' FROM learning.seat WHERE session_id = s.id) who
WHERE s.kind = 'group'
"""


async def gather(connection: asyncpg.Connection, size: int, now: datetime) -> None:
    """Load as many members and skills to search among."""
    async with without_indexes(connection, "profiles.profile", "skills.skill"):
        await connection.execute(PEOPLE, size, now)
        await connection.execute(PROFILES, size, now, FIRST, *LAST, CITIES, MATERIALS, CRAFTS)
        await connection.execute(SKILLS, size, now, MATERIALS, CRAFTS, STYLES)
        await connection.execute(TALLIES, size)


@asynccontextmanager
async def without_indexes(connection: asyncpg.Connection, *tables: str) -> AsyncGenerator[None]:
    """Make the indexes of these tables again after the body, which is faster than row by row."""
    indexes = await connection.fetch(INDEXES, tables)
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['name']}")
    yield
    await connection.execute("SET maintenance_work_mem = '256MB'")
    for index in indexes:
        await connection.execute(index["definition"])


async def assemble(connection: asyncpg.Connection, world: World, groups: int, terms: object) -> list[tuple[UUID, UUID, UUID]]:
    """Load groups without a free seat; return the hold, the account and the session of each seat, for the books."""
    numbers = [(group, world.learner((group * SEATS + seat) % ACTIVE)) for group in range(groups) for seat in range(SEATS)]
    holds = [derived("seat", id_of(GROUP_SEAT, number), 1) for number in range(len(numbers))]
    sessions = [id_of(GROUP, group) for group, _ in numbers]
    accounts = [id_of(ACCOUNT, who) for _, who in numbers]
    await connection.execute(GROUPS, groups, world.today, SEATS, PRICE, terms)
    await connection.execute(GROUP_SEATS, holds, sessions, accounts, [id_of(PROFILE, who) for _, who in numbers])
    await connection.execute(GROUP_ENTRIES)
    return list(zip(holds, accounts, sessions, strict=True))
