"""What must hold of tasks, tracked time and teams at any moment; each statement selects the rows that break it."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check

REVIEW_DIFFERS = sql("""
SELECT t.id AS task_id, t.state, s.id AS submission_id
FROM gigs.task t LEFT JOIN gigs.submission s ON s.task_id = t.id AND s.state = 'pending'
WHERE t.deleted_at IS NULL AND (t.state = 'review') <> (s.id IS NOT NULL)
""")
TIME_ON_DONE = sql("""
SELECT e.id AS entry_id, t.id AS task_id, t.state FROM gigs.time_entry e JOIN gigs.task t ON t.id = e.task_id
WHERE e.ended_at IS NULL AND (t.state = 'completed' OR t.deleted_at IS NOT NULL)
""")
TIME_OF_OTHERS = sql("""
SELECT e.id AS entry_id, e.agreement_id FROM gigs.time_entry e JOIN gigs.agreement a ON a.id = e.agreement_id
WHERE a.worker_id <> e.account_id OR a.project_id <> e.project_id
""")
SPAN_OUTSIDE = sql("""
SELECT s.id AS span_id, e.id AS entry_id FROM gigs.time_span s JOIN gigs.time_entry e ON e.id = s.entry_id
WHERE e.ended_at IS NOT NULL AND s.ended_at IS NULL OR s.started_at < e.started_at
""")
OWN_COLLABORATOR = sql("""
SELECT c.project_id, c.account_id FROM gigs.collaborator c JOIN gigs.project p ON p.id = c.project_id WHERE c.account_id = p.account_id
""")
FOREIGN_MILESTONE = sql("""
SELECT t.id AS task_id, t.milestone_id FROM gigs.task t JOIN gigs.milestone m ON m.id = t.milestone_id
JOIN gigs.agreement a ON a.id = m.agreement_id WHERE a.project_id <> t.project_id
""")
WORK_CHECKS = (
    Check(name="gigs.tasks_in_review_have_a_submission", violations=REVIEW_DIFFERS),
    Check(name="gigs.no_time_runs_on_what_is_done", violations=TIME_ON_DONE),
    Check(name="gigs.tracked_time_is_the_workers", violations=TIME_OF_OTHERS),
    Check(name="gigs.time_spans_follow_their_entry", violations=SPAN_OUTSIDE),
    Check(name="gigs.owners_are_no_collaborators", violations=OWN_COLLABORATOR),
    Check(name="gigs.tasks_are_of_their_projects_milestones", violations=FOREIGN_MILESTONE),
)
