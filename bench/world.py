"""The community that is measured: hosts with hours and offers, learners with credits, and as many sessions as asked for.

`bench.loading` runs these statements. Everything in it passes `skillhall verify`, before the load and after.
"""

from datetime import UTC, datetime
from uuid import UUID

from msgspec import Struct

from skillhall.kernel import tokens

ACTIVE = 1000
"""How many learners sign in, book and give; and how many hosts they book."""
CODE = "123456"
CREDITS, PRICE = 100_000, 30
PAST, AHEAD = 95, 5
"""Days behind and ahead on which each learner of the list has one session."""
ACCOUNT, PROFILE, OFFER, SESSION, SEAT, LOGIN, OWED, OWED_SEAT, ENTRY = range(1, 10)

MAKE_ID = """
CREATE SCHEMA bench;
CREATE FUNCTION bench.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN ('01900000-' || lpad(to_hex(kind), 4, '0') || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
"""
PEOPLE = """
INSERT INTO identity.account (id, email, email_verified, display_name, timezone, locale, state, abilities, origin, created_at, roles)
SELECT bench.id(1, n), 'person' || n || '@bench.example', true, 'Person ' || n, 'Europe/Berlin', 'en', 'active', '{learner,host}', 'code',
    $2::timestamptz - interval '1 year', CASE n WHEN 0 THEN '{support}'::text[] WHEN 1 THEN '{admin}' ELSE '{}' END
FROM generate_series(0, $1::int - 1) n
"""
PROFILES = """
INSERT INTO profiles.profile (id, account_id, kind, is_primary, display_name, username, bio, avatar_url, rating, origin,
    created_at, updated_at)
SELECT bench.id(2, n), bench.id(1, n), 'professional', true, 'Person ' || n, 'person' || n, 'Teaches and learns.',
    'https://bench.example/' || n || '.jpg', 4.5, 'code', $2, $2
FROM generate_series(0, $1::int - 1) n
"""
LOGINS = """
INSERT INTO identity.login (id, account_id, profile_id, method, refresh_hash, rotated_at, device, address, created_at, used_at, expires_at)
SELECT bench.id(6, n), bench.id(1, n), bench.id(2, n), 'code', sha256(n::text::bytea), $2, 'bench', '127.0.0.1', $2, $2,
    $2::timestamptz + interval '30 days'
FROM generate_series(0, $1::int - 1) n
"""
CODES = """
INSERT INTO identity.code (id, purpose, email, hash, tries_allowed, requested_at, expires_at)
SELECT gen_random_uuid(), 'sign_in', email, hash, 3, $3, $3::timestamptz + interval '1 hour'
FROM unnest($1::text[], $2::bytea[]) AS c (email, hash)
"""
PERSONS = "INSERT INTO calendar.person (account_id, timezone) SELECT bench.id(1, n), 'Europe/Berlin' FROM generate_series(0, $1::int - 1) n"
HOURS = """
INSERT INTO calendar.weekly_hours (account_id, weekday, windows)
SELECT bench.id(1, n), day, CASE WHEN day = 5 THEN '{[600,960)}'::int4multirange ELSE '{[960,1200)}'::int4multirange END
FROM generate_series(0, $1::int - 1) n, generate_series(0, 5) day
"""
OFFERS = """
INSERT INTO learning.offer (id, host_id, profile_id, skill_id, title, description, duration_minutes, buffer_before_minutes,
    buffer_after_minutes, price, is_instant, notice_minutes, days_ahead, created_at, updated_at)
SELECT bench.id(3, n), bench.id(1, n), bench.id(2, n), ($2::uuid[])[1 + n % cardinality($2::uuid[])], 'A lesson by person ' || n,
    'An hour of practice.', 60, 5, 5, $3, true, 60, 60, $4, $4
FROM generate_series(0, $1::int - 1) n
"""
# Session i is the (i / learners)-th of its learner, one a day; hosts rotate, so that nobody is in two places at once.
PLAN = """
CREATE UNLOGGED TABLE bench.plan AS
SELECT i, i % $2::int AS learner, ($4::int + i % $2::int) AS learner_no, (i % $2::int + 7 * (i / $2::int)) % $4::int AS host,
    day < $5::int AS is_past, day < $5::int AND i % 10 = 0 AS is_cancelled,
    $3::timestamptz + ((day - $5::int + (day >= $5::int)::int) * 1440 + 900 + 15 * (i % $2::int % 16)) * interval '1 minute' AS starts_at
FROM (SELECT i::int, (i / $2::int)::int AS day FROM generate_series(0, $1::int - 1) i) numbered
"""
SESSIONS = """
INSERT INTO learning.session (id, offer_id, host_id, host_profile_id, skill_id, kind, state, title, starts_at, ends_at,
    buffer_before_minutes, buffer_after_minutes, capacity, taken, price, terms, room, created_at, due_at, ended_at, closed_as)
SELECT bench.id(4, p.i), o.id, o.host_id, o.profile_id, o.skill_id, 'one_on_one',
    CASE WHEN is_cancelled THEN 'cancelled' WHEN is_past THEN 'completed' ELSE 'scheduled' END, o.title, p.starts_at,
    p.starts_at + interval '1 hour', 5, 5, 1, (NOT is_cancelled)::int, CASE WHEN is_past THEN $2 ELSE 0 END, $1,
    'room-' || p.i, p.starts_at - interval '5 days', CASE WHEN NOT is_past THEN p.starts_at + interval '30 minutes' END,
    CASE WHEN is_past THEN p.starts_at + interval '1 hour' END, CASE WHEN is_cancelled THEN 'cancelled' END
FROM bench.plan p JOIN learning.offer o ON o.id = bench.id(3, p.host)
"""
SEATS = """
INSERT INTO learning.seat (id, session_id, account_id, profile_id, state, settlement, round, hold_id, price, gross, fee, settle_at,
    created_at)
SELECT bench.id(5, i), bench.id(4, i), bench.id(1, learner_no), bench.id(2, learner_no),
    CASE WHEN is_cancelled THEN 'cancelled' WHEN is_past THEN 'attended' ELSE 'confirmed' END,
    CASE WHEN is_cancelled THEN 'refunded' WHEN is_past THEN 'settled' ELSE 'none' END, 1, gen_random_uuid(),
    CASE WHEN is_past THEN $1::int ELSE 0 END, CASE WHEN is_past AND NOT is_cancelled THEN $1::int ELSE 0 END, 0,
    starts_at + interval '49 hours', starts_at - interval '5 days'
FROM bench.plan
"""
ENTRIES = """
INSERT INTO calendar.entry (id, account_id, subject_kind, subject_id, firm, title, starts_at, ends_at, span)
SELECT gen_random_uuid(), bench.id(1, who.n), 'session', bench.id(4, i), true, 'A lesson', starts_at, starts_at + interval '1 hour',
    tstzrange(starts_at - who.buffer, starts_at + interval '1 hour' + who.buffer)
FROM bench.plan, LATERAL (VALUES (host, interval '5 minutes'), (learner_no, interval '0')) AS who (n, buffer)
WHERE NOT is_cancelled
"""
# Lessons that were held and not yet confirmed, each with its hold.
OWED_SESSIONS = """
INSERT INTO learning.session (id, offer_id, host_id, host_profile_id, skill_id, kind, state, title, starts_at, ends_at,
    buffer_before_minutes, buffer_after_minutes, capacity, taken, price, terms, room, created_at, ended_at)
SELECT bench.id(7, n), o.id, o.host_id, o.profile_id, o.skill_id, 'one_on_one', 'completed', o.title, $2::timestamptz - interval '3 hours',
    $2::timestamptz - interval '2 hours', 5, 5, 1, 1, $3, $4, 'owed-' || n, $2::timestamptz - interval '5 days', $2
FROM generate_series(0, $1::int - 1) n JOIN learning.offer o ON o.id = bench.id(3, n % 1000)
"""
OWED_SEATS = """
INSERT INTO learning.seat (id, session_id, account_id, profile_id, state, settlement, round, hold_id, price, gross, fee, settle_at,
    created_at)
SELECT bench.id(8, n - 1), bench.id(7, n - 1), account_id, profile_id, 'attended', 'held', 1, hold_id, $2, 0, 0,
    $3::timestamptz + interval '40 hours', $3
FROM unnest($1::uuid[], $4::uuid[], $5::uuid[]) WITH ORDINALITY AS s (hold_id, account_id, profile_id, n)
"""


def id_of(kind: int, number: int) -> UUID:
    """Return the id that the data gives to the `number`-th of a kind."""
    return UUID(f"01900000-{kind:04x}-7000-8000-{number:012x}")


class World(Struct, frozen=True, kw_only=True):
    """What the load needs to know of the data. Learners come after the hosts; `listed` of them have a hundred sessions each."""

    size: int
    hosts: int
    listed: int
    people: int
    owed: int
    codes: int
    groups: int
    projects: int
    hired: int
    due: int
    directs: int
    audience: int
    today: datetime
    skills: list[UUID]
    secret: str

    def learner(self, number: int) -> int:
        """Return the number, among all people, of a learner."""
        return self.hosts + number

    def client(self, project: int) -> int:
        """Return the number, among all people, of a project's owner."""
        return self.learner(project // 10 % ACTIVE)

    def token(self, number: int, staff: str | None = None) -> str:
        """Return an access token of a person."""
        now = int(datetime.now(UTC).timestamp())
        claims = {
            "sub": str(id_of(ACCOUNT, number)),
            "email": f"person{number}@bench.example",
            "profileId": str(id_of(PROFILE, number)),
            "roles": ["user", *([staff] if staff else [])],
            "sid": str(id_of(LOGIN, number)),
            "rev": 1,
            "iat": now,
            "exp": now + 86_400,
        }
        return tokens.sign_access(self.secret, claims)
