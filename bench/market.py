"""Work that is looked for, bid on and paid: projects of a thousand clients, bids of the hosts, and payments that wait to be released.

Of ten projects in a row the first is open with five bids, the next four were given to the first of two bidders. One in 500, open too, has
a hundred bids. The skills that projects ask for, and with them categories, are as uneven as people's wishes are.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from bench.crowd import CRAFTS, MATERIALS, STYLES, without_indexes
from bench.world import ACTIVE, World, id_of
from skillhall.gigs.model.agreement import Planned, Terms
from skillhall.gigs.model.escrow import EngagementRules, escrow_id

MARKET: Final = 200_000
PROJECT, BID, AGREEMENT, MILESTONE = range(13, 17)
FEE: Final = 120
"""What each payment that waits is worth."""
MOST: Final = ("open", "in_progress", "completed", "completed", "completed", "open", "completed", "cancelled")
STATES: Final = [*MOST, "paused", "completed", *MOST, "draft", "completed"]
TOPICS = "SELECT id, slug, category_slug FROM skills.skill WHERE state = 'active' AND in_catalogue ORDER BY slug"
# $1 how many, $2 now, $3 hosts, $4 the first client, $5 clients, $6 states, $7 skills' categories, $8 to $10 words
PROJECTS = """
INSERT INTO gigs.project (id, account_id, profile_id, title, description, pricing, asset, budget_min, budget_max, category_slug, visibility,
    state, paused_from, deadline, is_remote, location, level, tags, worker_id, origin, created_at, updated_at, published_at, delivered_at,
    completed_at, cancelled_at)
SELECT bench.id(13, n), bench.id(1, $4::int + client), bench.id(2, $4::int + client),
    craft || ' of ' || material || ' for a ' || style || ' room',
    'We look for somebody who likes ' || craft || ' and works in ' || material || '. The piece is for a ' || style || ' room, number '
        || n || ' of the house. Tell us what you have done before, how long it takes and what you need from us. We answer within a week, '
        || 'pay what we agree upon, and would like to see the work once while it is under way.',
    CASE WHEN n % 10 = 5 AND u < 0.5 THEN 'hourly' ELSE 'fixed' END, CASE WHEN u < 0.7 OR n % 10 < 2 THEN 'CREDIT' ELSE 'EUR' END,
    20 + (u * v * 1000)::int, 40 + (u * v * 1500)::int, ($7::text[])[1 + (u * u * cardinality($7::text[]))::int % cardinality($7::text[])],
    CASE WHEN v < 0.8 THEN 'public' WHEN v < 0.95 THEN 'members' ELSE 'invited' END, state,
    CASE WHEN state = 'paused' THEN 'open' END, CASE WHEN u < 0.6 THEN at + interval '60 days' END, v < 0.6,
    CASE WHEN v > 0.4 THEN style || 'town' END,
    (ARRAY['beginner', 'intermediate', 'advanced', 'expert', NULL])[1 + (u * 4.99)::int % 5], ARRAY[lower(material), lower(craft)],
    CASE WHEN state IN ('in_progress', 'completed') THEN bench.id(1, n * 7 % $3::int) END, 'import', at, at,
    CASE WHEN state <> 'draft' THEN at END, CASE WHEN state = 'completed' THEN at END, CASE WHEN state = 'completed' THEN at END,
    CASE WHEN state = 'cancelled' THEN at END
FROM (
    SELECT n, n / 10 % $5::int AS client, u, v, $2::timestamptz - n * interval '5 minutes' AS at,
        ($6::text[])[1 + n % 20] AS state, ($8::text[])[1 + (u * 997)::int % cardinality($8::text[])] AS material,
        ($9::text[])[1 + (v * 991)::int % cardinality($9::text[])] AS craft,
        ($10::text[])[1 + (u * v * 983)::int % cardinality($10::text[])] AS style
    FROM (SELECT n, (hashint4extended(n, 1) & 65535) / 65536.0 AS u, (hashint4extended(n, 2) & 65535) / 65536.0 AS v
          FROM generate_series(0, $1::int - 1) n) drawn) said
"""
# One to three skills each, the first of its category
ASKED = """
INSERT INTO gigs.project_skill (project_id, skill_id, position)
SELECT bench.id(13, n), ($2::uuid[])[1 + ((u * u * cardinality($2::uuid[]))::int + k * 17) % cardinality($2::uuid[])], 1 + k
FROM (SELECT n, (hashint4extended(n, 1) & 65535) / 65536.0 AS u FROM generate_series(0, $1::int - 1) n) drawn, generate_series(0, n % 3) k
"""
BIDS = """
INSERT INTO gigs.bid (id, project_id, account_id, profile_id, amount, hourly_rate, delivery_days, proposal, state, valid_until, created_at,
    decided_at)
SELECT bench.id(14, n * 100 + k), p.id, bench.id(1, host), bench.id(2, host), CASE WHEN p.pricing = 'fixed' THEN 60 + k END,
    CASE WHEN p.pricing = 'hourly' THEN 20 + k END, 7 + k % 20, 'I have done this before and would begin on Monday. It takes me two weeks.',
    decided.state, greatest(p.created_at, $2::timestamptz) + interval '30 days', p.created_at + (k + 1) * interval '1 hour',
    CASE WHEN decided.state IN ('accepted', 'rejected') THEN p.created_at + interval '9 days' END
FROM generate_series(0, $1::int - 1) n
CROSS JOIN LATERAL generate_series(1, CASE WHEN n % 10 = 0 THEN 5 WHEN n % 10 < 5 THEN 2 WHEN n % 500 = 5 THEN 100 ELSE 0 END) nth
CROSS JOIN LATERAL (SELECT nth - 1 AS k, (n * 7 + (nth - 1) * 3) % $3::int AS host) who
JOIN gigs.project p ON p.id = bench.id(13, n)
CROSS JOIN LATERAL (SELECT CASE WHEN p.worker_id IS NULL THEN (ARRAY['pending', 'pending', 'shortlisted', 'interviewing'])[1 + k % 4]
    WHEN k = 0 THEN 'accepted' ELSE 'rejected' END AS state) decided
"""
# $1 how many, $2 now, $3 rules, $4 terms
AGREEMENTS = """
INSERT INTO gigs.agreement (id, project_id, bid_id, client_id, client_profile_id, worker_id, worker_profile_id, kind, state, version, asset,
    rules, created_at, updated_at, active_at)
SELECT bench.id(15, n), p.id, b.id, p.account_id, p.profile_id, b.account_id, b.profile_id, 'fixed', 'active', 1, p.asset, $3, $2, $2, $2
FROM generate_series(0, $1::int - 1) n JOIN gigs.project p ON p.id = bench.id(13, n * 10 + 1)
JOIN gigs.bid b ON b.project_id = p.id AND b.state = 'accepted'
"""
VERSIONS = """
INSERT INTO gigs.agreement_version (agreement_id, version, terms, by_id, created_at, client_signed_at, worker_signed_at)
SELECT id, 1, $1, client_id, created_at, created_at, created_at FROM gigs.agreement
"""
MILESTONES = """
INSERT INTO gigs.milestone (id, agreement_id, position, title, description, state, revisions, started_at)
SELECT bench.id(16, n), bench.id(15, n), 1, 'All of it', '', 'in_progress', 0, $2 FROM generate_series(0, $1::int - 1) n
"""
ESCROWS = """
INSERT INTO gigs.escrow (id, kind, subject_id, round, agreement_id, project_id, client_id, worker_id, title, amount, asset, state,
    fee_bp, fee_min, paid_gross, paid_fee, funded_from, created_at, funded_at)
SELECT hold_id, 'milestone', bench.id(16, nth - 1), 1, a.id, a.project_id, a.client_id, a.worker_id, 'All of it', $2, a.asset, 'held',
    $3, $4, 0, 0, 'wallet', a.created_at, a.created_at
FROM unnest($1::uuid[]) WITH ORDINALITY AS h (hold_id, nth) JOIN gigs.agreement a ON a.id = bench.id(15, nth - 1)
"""


async def trade(connection: asyncpg.Connection, world: World, now: datetime) -> list[tuple[UUID, UUID, UUID]]:
    """Load projects and bids; return hold, account and milestone of each payment that waits, for the books."""
    topics = await connection.fetch(TOPICS)
    categories, words = [topic["category_slug"] for topic in topics], (MATERIALS, CRAFTS, STYLES)
    clients = (world.learner(0), ACTIVE)
    async with without_indexes(connection, "gigs.project", "gigs.project_skill", "gigs.bid"):
        await connection.execute(PROJECTS, world.projects, now, world.hosts, *clients, STATES, categories, *words)
        await connection.execute(ASKED, world.projects, [topic["id"] for topic in topics])
        await connection.execute(BIDS, world.projects, now, world.hosts)
    rules, terms = EngagementRules(), Terms(title="A room", amount=FEE, milestones=(Planned(title="All of it", amount=FEE),))
    milestones = [id_of(MILESTONE, number) for number in range(world.hired)]
    holds = [waiting(number) for number in range(world.hired)]
    await connection.execute(AGREEMENTS, world.hired, now, msgspec.to_builtins(rules))
    await connection.execute(VERSIONS, msgspec.to_builtins(terms))
    await connection.execute(MILESTONES, world.hired, now)
    await connection.execute(ESCROWS, holds, FEE, rules.fee_basis_points, rules.fee_min)
    payers = [id_of(1, world.learner(number % ACTIVE)) for number in range(world.hired)]
    return list(zip(holds, payers, milestones, strict=True))


def waiting(number: int) -> UUID:
    """Return the id of the `number`-th payment that waits, which is its hold's."""
    return escrow_id("milestone", id_of(MILESTONE, number))
