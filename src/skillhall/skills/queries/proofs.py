"""What must never be found among the stored rows."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check

# Who walks on along prerequisites comes to an end within ten steps: where somebody does not, there is a circle, or a chain too long.
CIRCLE = sql("""
WITH RECURSIVE walk (id, depth) AS (
    SELECT skill_id, 0 FROM skills.prerequisite
    UNION
    SELECT p.requires_id, w.depth + 1 FROM walk w JOIN skills.prerequisite p ON p.skill_id = w.id WHERE w.depth <= 10
)
SELECT DISTINCT id AS skill_id FROM walk WHERE depth > 10
""")
MISCOUNTED = sql("""
SELECT s.id AS skill_id, t.teachers, t.learners, t.workers, m.teach, m.learn, m.work
FROM skills.skill s LEFT JOIN skills.tally t ON t.skill_id = s.id LEFT JOIN (
    SELECT skill_id, count(*) FILTER (WHERE purpose = 'teach') AS teach, count(*) FILTER (WHERE purpose = 'learn') AS learn,
        count(*) FILTER (WHERE purpose = 'work') AS work
    FROM skills.member_skill GROUP BY skill_id
) m ON m.skill_id = s.id
WHERE (t.teachers, t.learners, t.workers) IS DISTINCT FROM (coalesce(m.teach, 0), coalesce(m.learn, 0), coalesce(m.work, 0))
""")
MISNOTED = sql("""
SELECT t.skill_id, t.sessions, t.session_learners, t.ratings, t.rating_sum, t.average_rating,
    n.sessions AS noted_sessions, n.ratings AS noted_ratings
FROM skills.tally t LEFT JOIN (
    SELECT skill_id, count(*) FILTER (WHERE subject_kind = 'session') AS sessions, sum(learners) AS session_learners,
        count(rating) AS ratings, sum(rating) AS rating_sum
    FROM skills.noted GROUP BY skill_id
) n ON n.skill_id = t.skill_id
WHERE (t.sessions, t.session_learners, t.ratings, t.rating_sum)
    IS DISTINCT FROM (coalesce(n.sessions, 0), coalesce(n.session_learners, 0), coalesce(n.ratings, 0), coalesce(n.rating_sum, 0))
    OR abs(t.average_rating - t.rating_sum::double precision / nullif(t.ratings, 0)) > 0.001
    OR (t.average_rating IS NULL) <> (t.ratings = 0)
""")
# A merged skill leads in one step to one that stands, and nothing but its history hangs on it.
LOST = sql("""
SELECT s.id AS skill_id, s.merged_into, 'leads nowhere' AS why
FROM skills.skill s JOIN skills.skill i ON i.id = s.merged_into WHERE i.state NOT IN ('active', 'deprecated')
UNION ALL
SELECT s.id, s.merged_into, 'still used' FROM skills.skill s WHERE s.state = 'merged' AND (
    EXISTS (SELECT FROM skills.member_skill m WHERE m.skill_id = s.id) OR EXISTS (SELECT FROM skills.noted n WHERE n.skill_id = s.id)
    OR EXISTS (SELECT FROM skills.prerequisite p WHERE s.id IN (p.skill_id, p.requires_id))
    OR EXISTS (SELECT FROM skills.relation r WHERE s.id IN (r.skill_id, r.related_id))
    OR EXISTS (SELECT FROM skills.resource r WHERE r.skill_id = s.id)
    OR EXISTS (SELECT FROM skills.verification v WHERE v.skill_id = s.id))
""")
DEEP = sql("""
SELECT part.slug FROM skills.category part JOIN skills.category whole ON whole.slug = part.parent_slug WHERE whole.parent_slug IS NOT NULL
UNION ALL
SELECT s.slug FROM skills.skill s JOIN skills.category c ON c.slug = s.category_slug WHERE c.parent_slug IS NOT NULL
""")
CHECKS = (
    Check(name="skills.graph_is_acyclic", violations=CIRCLE),
    Check(name="skills.tallies_are_counts", violations=MISCOUNTED),
    Check(name="skills.notes_are_counted", violations=MISNOTED),
    Check(name="skills.redirects_lead_to_skills", violations=LOST),
    Check(name="skills.categories_are_two_deep", violations=DEEP),
)
