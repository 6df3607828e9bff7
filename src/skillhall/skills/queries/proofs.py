"""What must never be found among the stored rows."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check

CIRCLE = sql("""
WITH RECURSIVE reach (start, id) AS (
    SELECT skill_id, requires_id FROM skills.prerequisite
    UNION
    SELECT r.start, p.requires_id FROM reach r JOIN skills.prerequisite p ON p.skill_id = r.id
)
SELECT start AS skill_id FROM reach WHERE id = start
""")
MISCOUNTED = sql("""
SELECT s.id AS skill_id, t.teachers, t.learners, t.workers, m.teach, m.learn, m.work
FROM skills.skill s LEFT JOIN skills.tally t ON t.skill_id = s.id CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE purpose = 'teach') AS teach, count(*) FILTER (WHERE purpose = 'learn') AS learn,
        count(*) FILTER (WHERE purpose = 'work') AS work
    FROM skills.member_skill WHERE skill_id = s.id
) m
WHERE (t.teachers, t.learners, t.workers) IS DISTINCT FROM (m.teach, m.learn, m.work)
""")
CHECKS = (Check(name="skills.graph_is_acyclic", violations=CIRCLE), Check(name="skills.tallies_are_counts", violations=MISCOUNTED))
