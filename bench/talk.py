"""What is talked about and told: direct conversations of the learners, rooms of ten, full inboxes, and the audience of an announcement.

There is a direct conversation for every ten sessions, with ten messages each. Nobody here gets mail: what is measured is the inbox.
"""

from datetime import datetime
from typing import Final

import asyncpg

from bench.world import ACTIVE, World

DIRECT, ROOM, MESSAGE, NOTICE, MEMBER = range(21, 26)
SAID: Final = 10
"""How many messages a direct conversation begins with."""
ROOMS, SEATS = 50, 10
"""Rooms of clients that are connected, and how many are in each: the first five hundred learners."""
KEPT, UNREAD = 50, 20
"""Notices in a learner's inbox, and how many of them are unread."""
AUDIENCE: Final = 10_000
FAR: Final = "Pacific/Auckland"
"""The time zone by which an announcement finds its audience."""
# Learner a talks with those who come after a, so that no two talk twice.
# $1 how many, $2 now, $3 the first learner, $4 learners, $5 messages in each
DIRECTS = """
INSERT INTO messaging.conversation (id, kind, key, owner_profile_id, owner_account_id, last_sequence, last_message_at, created_at)
SELECT bench.id(21, n), 'direct', bench.id(21, n), bench.id(2, $3::int + n % $4::int), bench.id(1, $3::int + n % $4::int), $5::int,
    $2::timestamptz - n * interval '1 minute', $2::timestamptz - interval '90 days'
FROM generate_series(0, $1::int - 1) n
"""
PAIRS = """
INSERT INTO messaging.participant (conversation_id, profile_id, account_id, role, joined_at, last_read, has_written)
SELECT bench.id(21, n), bench.id(2, who), bench.id(1, who), CASE WHEN side = 0 THEN 'owner' ELSE 'member' END,
    $2::timestamptz - interval '90 days', $5::int - side * (n % 3), true
FROM generate_series(0, $1::int - 1) n, generate_series(0, 1) side,
    LATERAL (SELECT $3::int + (n + side * (1 + n / $4::int)) % $4::int AS who) one
"""
MESSAGES = """
INSERT INTO messaging.message (id, conversation_id, sequence, client_id, fingerprint, kind, profile_id, account_id, text, created_at)
SELECT bench.id(23, n * 100 + k), bench.id(21, n), k, 'before-' || k, bench.id(23, n * 100 + k), 'text', bench.id(2, who), bench.id(1, who),
    'Shall we meet on Saturday at ten? I bring the tools and what is left of the linen.', $2::timestamptz - n * interval '1 minute'
        - ($5::int - k) * interval '1 hour'
FROM generate_series(0, $1::int - 1) n, generate_series(1, $5::int) k,
    LATERAL (SELECT $3::int + (n + k % 2 * (1 + n / $4::int)) % $4::int AS who) one
"""
# $1 rooms, $2 now, $3 the first learner, $4 seats
ROOMS_MADE = """
INSERT INTO messaging.conversation (id, kind, title, owner_profile_id, owner_account_id, last_message_at, created_at)
SELECT bench.id(22, n), 'group', 'Room ' || n, bench.id(2, $3::int + n * $4::int), bench.id(1, $3::int + n * $4::int), $2, $2
FROM generate_series(0, $1::int - 1) n
"""
ROOM_SEATS = """
INSERT INTO messaging.participant (conversation_id, profile_id, account_id, role, joined_at)
SELECT bench.id(22, n), bench.id(2, $3::int + n * $4::int + k), bench.id(1, $3::int + n * $4::int + k),
    CASE WHEN k = 0 THEN 'owner' ELSE 'member' END, $2
FROM generate_series(0, $1::int - 1) n, generate_series(0, $4::int - 1) k
"""
# $1 how many accounts, $2 their kind, $3 the first, $4 kept, $5 unread
INBOXES = """
INSERT INTO notifications.inbox (account_id, last_sequence, unread)
SELECT bench.id($2::int, $3::int + n), $4::int, $5::int FROM generate_series(0, $1::int - 1) n
"""
# $1 how many accounts, $2 now, $3 the first, $4 kept, $5 unread
NOTICES = """
INSERT INTO notifications.notice (id, account_id, sequence, type, category, subject_kind, subject_id, title, text, action, path, language,
    priority, why, rule, facts, data, key, state, at, created_at, expires_at, read_at, is_silent)
SELECT bench.id(24, n * 1000 + k), bench.id(1, $3::int + n), k, 'hall.message', 'account', 'account', bench.id(1, $3::int + n),
    'A word from the hall', 'The workshop is open on Saturday from ten to six. Bring shoes that may get dirty.', '', '', 'en', 'normal',
    'recipient', 'bench', '{}', '{}', 'bench-' || k, 'sent', at, at, at + interval '60 days', CASE WHEN k <= $4::int - $5::int THEN at END,
    false
FROM generate_series(0, $1::int - 1) n, generate_series(1, $4::int) k,
    LATERAL (SELECT $2::timestamptz - (60 - k) * interval '6 hours' AS at) a
"""
NO_MAIL = """
INSERT INTO notifications.preference (account_id, name, channel, is_on)
SELECT bench.id(1, $2::int + n), '*', 'email', false FROM generate_series(0, $1::int - 1) n
"""
# $1 how many, $2 now, $3 time zone
MEMBERS = """
INSERT INTO identity.account (id, email, email_verified, display_name, timezone, locale, state, abilities, origin, created_at, roles)
SELECT bench.id(25, n), 'member' || n || '@bench.example', true, 'Member ' || n, $3, 'en', 'active', '{learner}', 'code',
    $2::timestamptz - interval '1 year', '{}'
FROM generate_series(0, $1::int - 1) n
"""

MEMBER_PROFILES = """
INSERT INTO profiles.profile (id, account_id, kind, is_primary, display_name, username, bio, origin, created_at, updated_at)
SELECT bench.id(25, n), bench.id(25, n), 'professional', true, 'Member ' || n, 'member' || n, 'Learns.', 'code', $2, $2
FROM generate_series(0, $1::int - 1) n
"""


async def converse(connection: asyncpg.Connection, world: World, now: datetime) -> None:
    """Load conversations, rooms and the learners' inboxes."""
    learners = (world.learner(0), ACTIVE)
    for statement in (DIRECTS, PAIRS, MESSAGES):
        await connection.execute(statement, world.directs, now, *learners, SAID)
    for statement in (ROOMS_MADE, ROOM_SEATS):
        await connection.execute(statement, ROOMS, now, learners[0], SEATS)
    await connection.execute(INBOXES, ACTIVE, 1, learners[0], KEPT, UNREAD)
    await connection.execute(NOTICES, ACTIVE, now, learners[0], KEPT, UNREAD)
    await connection.execute(NO_MAIL, ACTIVE, learners[0])


async def assemble(connection: asyncpg.Connection, world: World, now: datetime) -> None:
    """Load the audience; each has been told something before, and has an inbox."""
    await connection.execute(MEMBERS, world.audience, now, FAR)
    await connection.execute(MEMBER_PROFILES, world.audience, now)
    await connection.execute(INBOXES, world.audience, MEMBER, 0, 0, 0)


def pair(world: World, number: int) -> tuple[int, int]:
    """Return who talks in the `number`-th direct conversation, by their numbers among all people."""
    first = number % ACTIVE
    return world.learner(first), world.learner((first + 1 + number // ACTIVE) % ACTIVE)


def seat(world: World, room: int, number: int) -> int:
    """Return who has this seat of a room."""
    return world.learner(room * SEATS + number)
