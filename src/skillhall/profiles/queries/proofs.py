"""What must hold about stored profiles; `verify` selects what does not."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check

NO_PRIMARY = sql("""
SELECT a.id AS account_id, count(p.id) AS profiles, count(p.id) FILTER (WHERE p.is_primary) AS primaries
FROM identity.public_account a LEFT JOIN profiles.profile p ON p.account_id = a.id AND p.deleted_at IS NULL
GROUP BY a.id HAVING count(p.id) FILTER (WHERE p.is_primary) <> 1
""")
# A phone number is hidden by default, and before there were levels it was kept in its column.
SHOWN_THOUGH_HIDDEN = sql("""
SELECT p.id AS profile_id, p.withheld FROM profiles.profile p
WHERE (p.bio <> '' AND p.privacy ->> 'bio' IN ('connections', 'nobody')) OR (p.bio IS NOT NULL AND p.withheld ? 'bio')
    OR (p.location <> '' AND p.privacy ->> 'location' IN ('connections', 'nobody')) OR (p.location IS NOT NULL AND p.withheld ? 'location')
    OR (p.website <> '' AND p.privacy ->> 'website' IN ('connections', 'nobody')) OR (p.website IS NOT NULL AND p.withheld ? 'website')
    OR (p.metadata <> '{}' AND p.privacy ->> 'metadata' IN ('connections', 'nobody')) OR (p.metadata <> '{}' AND p.withheld ? 'metadata')
    OR (p.phone IS NOT NULL AND p.withheld ? 'phone')
""")
PICTURE_NOT_SHOWN = sql("""
SELECT i.id AS picture_id, i.profile_id, i.use FROM profiles.picture i JOIN profiles.profile p ON p.id = i.profile_id
WHERE CASE i.use WHEN 'avatar' THEN p.avatar_url ELSE p.cover_image_url END IS DISTINCT FROM '/api/v1/profiles/pictures/' || i.id
""")
PICTURE_LOST = sql("""
SELECT p.id AS profile_id, shown.use, shown.url
FROM profiles.profile p CROSS JOIN LATERAL (VALUES ('avatar', p.avatar_url), ('cover', p.cover_image_url)) AS shown (use, url)
WHERE starts_with(shown.url, '/api/v1/profiles/pictures/')
    AND NOT EXISTS (SELECT FROM profiles.picture i WHERE i.profile_id = p.id AND i.use = shown.use
        AND '/api/v1/profiles/pictures/' || i.id = shown.url)
""")
OPEN_OF_DELETED = sql("""
SELECT v.id AS verification_id, v.profile_id FROM profiles.verification v JOIN profiles.profile p ON p.id = v.profile_id
WHERE v.state = 'pending' AND (p.deleted_at IS NOT NULL OR p.is_verified)
""")
CHECKS = (
    Check(name="profiles.one_primary_each", violations=NO_PRIMARY),
    Check(name="profiles.hidden_is_not_listed", violations=SHOWN_THOUGH_HIDDEN),
    Check(name="profiles.pictures_are_shown", violations=PICTURE_NOT_SHOWN),
    Check(name="profiles.shown_pictures_are_there", violations=PICTURE_LOST),
    Check(name="profiles.verification_is_of_somebody", violations=OPEN_OF_DELETED),
)
