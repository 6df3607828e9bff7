"""Moving everything from one skill ($1) to another ($2). The graph and all lists are locked."""

from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.skills.model.skill import Skill
from skillhall.skills.store.members import lock_tallies

REWIRE = sql("""
WITH gone AS (DELETE FROM skills.prerequisite WHERE $1 IN (skill_id, requires_id) RETURNING skill_id, requires_id, strength),
moved AS (
    SELECT CASE skill_id WHEN $1 THEN $2 ELSE skill_id END AS skill_id,
        CASE requires_id WHEN $1 THEN $2 ELSE requires_id END AS requires_id,
        strength
    FROM gone)
INSERT INTO skills.prerequisite AS p (skill_id, requires_id, strength, in_catalogue)
SELECT m.skill_id, m.requires_id, max(m.strength), false FROM moved m WHERE m.skill_id <> m.requires_id GROUP BY m.skill_id, m.requires_id
ON CONFLICT (skill_id, requires_id) DO UPDATE SET strength = greatest(p.strength, excluded.strength)
""")
RELATE = sql("""
WITH gone AS (DELETE FROM skills.relation WHERE $1 IN (skill_id, related_id) RETURNING skill_id, related_id, kind, strength),
moved AS (
    SELECT CASE skill_id WHEN $1 THEN $2 ELSE skill_id END AS skill_id, CASE related_id WHEN $1 THEN $2 ELSE related_id END AS related_id,
        kind, strength
    FROM gone)
INSERT INTO skills.relation (skill_id, related_id, kind, strength, in_catalogue)
SELECT m.skill_id, m.related_id, m.kind, m.strength, false FROM moved m WHERE m.skill_id <> m.related_id
    AND NOT EXISTS (SELECT FROM skills.relation r WHERE $2 IN (r.skill_id, r.related_id) AND $1 NOT IN (r.skill_id, r.related_id)
        AND (CASE m.skill_id WHEN $2 THEN m.related_id ELSE m.skill_id END) IN (r.skill_id, r.related_id))
""")
# Who lists both keeps the better one: the higher level, then the verified, then the one that stood under the skill that stays.
FILL = sql("""
WITH pairs AS (
    SELECT CASE WHEN is_better THEN moving ELSE standing END AS kept, CASE WHEN is_better THEN standing ELSE moving END AS lost
    FROM (
        SELECT m.id AS moving, k.id AS standing,
            (array_position($3::text[], m.level), m.verified_at IS NOT NULL)
            > (array_position($3::text[], k.level), k.verified_at IS NOT NULL) AS is_better
        FROM skills.member_skill m JOIN skills.member_skill k ON k.account_id = m.account_id AND k.purpose = m.purpose AND k.skill_id = $2
        WHERE m.skill_id = $1) both_listed)
UPDATE skills.member_skill k SET goal = coalesce(k.goal, l.goal), goal_due = coalesce(k.goal_due, l.goal_due),
    goal_priority = coalesce(k.goal_priority, l.goal_priority), years = greatest(k.years, l.years),
    rate_amount = CASE WHEN k.rate_amount IS NULL THEN l.rate_amount ELSE k.rate_amount END,
    rate_currency = CASE WHEN k.rate_amount IS NULL THEN l.rate_currency ELSE k.rate_currency END,
    created_at = least(k.created_at, l.created_at), updated_at = $4
FROM pairs p JOIN skills.member_skill l ON l.id = p.lost
WHERE k.id = p.kept
RETURNING p.lost
""")
DROP = sql("DELETE FROM skills.member_skill WHERE id = ANY($1)")
MOVE_LISTED = sql("UPDATE skills.member_skill SET skill_id = $2 WHERE skill_id = $1")
# Of what waits for an answer only one request stays, and only for what its member lists now.
WITHDRAW_UNFOUNDED = sql("""
UPDATE skills.verification v SET state = 'withdrawn', decided_at = $3
WHERE v.skill_id IN ($1, $2) AND v.state = 'pending' AND NOT EXISTS (
    SELECT FROM skills.member_skill m
    WHERE m.skill_id = $2 AND m.account_id = v.account_id AND m.purpose = v.purpose AND m.level = v.level AND m.verified_at IS NULL)
""")
WITHDRAW_TWICE_ASKED = sql("""
UPDATE skills.verification v SET state = 'withdrawn', decided_at = $3
WHERE v.skill_id = $1 AND v.state = 'pending' AND EXISTS (
    SELECT FROM skills.verification o
    WHERE o.skill_id = $2 AND o.account_id = v.account_id AND o.purpose = v.purpose AND o.state = 'pending')
""")
MOVE_VERIFICATIONS = sql("UPDATE skills.verification SET skill_id = $2 WHERE skill_id = $1")
MOVE_NOTED = sql("UPDATE skills.noted SET skill_id = $2 WHERE skill_id = $1")
DROP_RESOURCES = sql("""
DELETE FROM skills.resource r WHERE skill_id = $1 AND EXISTS (SELECT FROM skills.resource o WHERE o.skill_id = $2 AND o.url = r.url)
""")
MOVE_RESOURCES = sql("UPDATE skills.resource SET skill_id = $2 WHERE skill_id = $1")
RECOUNT = sql("""
UPDATE skills.tally t SET teachers = m.teach, learners = m.learn, workers = m.work, sessions = n.sessions,
    session_learners = n.session_learners, ratings = n.ratings, rating_sum = n.rating_sum,
    average_rating = n.rating_sum::double precision / nullif(n.ratings, 0)
FROM unnest($1::uuid[]) AS s (id) CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE purpose = 'teach') AS teach, count(*) FILTER (WHERE purpose = 'learn') AS learn,
        count(*) FILTER (WHERE purpose = 'work') AS work
    FROM skills.member_skill WHERE skill_id = s.id
) m CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE subject_kind = 'session') AS sessions, coalesce(sum(learners), 0) AS session_learners,
        count(rating) AS ratings, coalesce(sum(rating), 0) AS rating_sum
    FROM skills.noted WHERE skill_id = s.id
) n
WHERE t.skill_id = s.id
""")
BURY = sql("""
UPDATE skills.skill SET state = 'merged', merged_into = $2, decision = $3, decided_at = $4, updated_at = $4, version = version + 1
WHERE id = $1
""")
FLATTEN = sql("UPDATE skills.skill SET merged_into = $2, updated_at = $3 WHERE merged_into = $1")
# The version goes beyond both, so that no tag of the old skill ever stands for the new one.
TAKE_IN = sql("""
UPDATE skills.skill SET aliases = $2, tags = $3, tools = $4, industries = $5, updated_at = $6, version = greatest(version, $7) + 1
WHERE id = $1
""")


async def move_graph(tx: Tx, gone: UUID, into: UUID) -> None:
    """Let everything that builds on, comes before or stands beside the one do so with the other."""
    await tx.run(REWIRE, gone, into)
    await tx.run(RELATE, gone, into)


async def move_people(tx: Tx, gone: UUID, into: UUID, levels: list[str]) -> None:
    """Move what members list, asked for and proposed, and what was noted; count both again."""
    lost = [row["lost"] for row in await tx.rows(FILL, gone, into, levels, tx.now)]
    await tx.run(DROP, lost)
    await tx.run(MOVE_LISTED, gone, into)
    await tx.run(WITHDRAW_UNFOUNDED, gone, into, tx.now)
    await tx.run(WITHDRAW_TWICE_ASKED, gone, into, tx.now)
    await tx.run(MOVE_VERIFICATIONS, gone, into)
    await tx.run(MOVE_NOTED, gone, into)
    await lock_tallies(tx, [gone, into])
    await tx.run(RECOUNT, [gone, into])
    await tx.run(DROP_RESOURCES, gone, into)
    await tx.run(MOVE_RESOURCES, gone, into)


async def bury(tx: Tx, gone: Skill, into: Skill, reason: str | None) -> None:
    """Leave a tombstone that leads to the other, which takes the names in."""
    await tx.run(FLATTEN, gone.id, into.id, tx.now)
    await tx.run(BURY, gone.id, into.id, reason, tx.now)
    await tx.run(TAKE_IN, into.id, into.aliases, into.tags, into.tools, into.industries, tx.now, gone.version + 1)
