"""What must hold of stored rows, and the figures of identity."""

from skillhall.kernel.db.statement import sql

LOGINS_OF_THE_SUSPENDED = sql("""
SELECT l.id, a.state FROM identity.login l JOIN identity.account a ON a.id = l.account_id
WHERE l.ended_at IS NULL AND a.state NOT IN ('active', 'pending_verification')
""")
LEFT_OF_THE_ERASED = sql("""
SELECT a.id FROM identity.account a
WHERE a.state = 'erased' AND (a.password_hash IS NOT NULL OR a.first_name <> ''
    OR EXISTS (SELECT FROM identity.login l WHERE l.account_id = a.id)
    OR EXISTS (SELECT FROM identity.api_key k WHERE k.account_id = a.id)
    OR EXISTS (SELECT FROM identity.export e WHERE e.account_id = a.id))
""")
CODES_USED_PAST_THEIR_TRIES = sql("SELECT id FROM identity.code WHERE used_at IS NOT NULL AND purpose = 'sign_in' AND tries = 0")
ACCOUNTS_BY_STATE = sql("SELECT state, count(*) FROM identity.account GROUP BY state")
LIVE_LOGINS = sql("SELECT count(*) FROM identity.login WHERE ended_at IS NULL")
