"""What must never be found among the stored rows."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check

STRANGE_ACCOUNTS = sql("""
SELECT r.kind, r.profile_id, r.account_id, p.account_id AS owner
FROM (
    SELECT 'connection' AS kind, profile_id, account_id FROM connections.side
    UNION ALL SELECT 'follow', follower_id, follower_account_id FROM connections.follow
    UNION ALL SELECT 'follow', followed_id, followed_account_id FROM connections.follow
    UNION ALL SELECT 'bookmark', profile_id, account_id FROM connections.bookmark
) r JOIN profiles.public_profile p ON p.id = r.profile_id
WHERE p.account_id <> r.account_id
""")
MISCOUNTED = sql("""
WITH counted AS (
    SELECT profile_id, count(*) AS connections, 0::bigint AS followers, 0::bigint AS following
    FROM connections.public_connection GROUP BY profile_id
    UNION ALL SELECT followed_id, 0, count(*), 0 FROM connections.follow GROUP BY followed_id
    UNION ALL SELECT follower_id, 0, 0, count(*) FROM connections.follow GROUP BY follower_id
), total AS (
    SELECT profile_id, sum(connections) AS connections, sum(followers) AS followers, sum(following) AS following
    FROM counted GROUP BY profile_id
)
SELECT coalesce(c.profile_id, t.profile_id) AS profile_id, t.connections, t.followers, t.following
FROM total c FULL JOIN connections.tally t ON t.profile_id = c.profile_id
WHERE (coalesce(c.connections, 0), coalesce(c.followers, 0), coalesce(c.following, 0))
    IS DISTINCT FROM (coalesce(t.connections, 0)::numeric, coalesce(t.followers, 0)::numeric, coalesce(t.following, 0)::numeric)
""")
CHECKS = (
    Check(name="connections.rows_name_the_right_accounts", violations=STRANGE_ACCOUNTS),
    Check(name="connections.tallies_are_counts", violations=MISCOUNTED),
)
