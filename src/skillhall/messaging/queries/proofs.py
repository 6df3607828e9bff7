"""What must never be found among the stored rows."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check

GAPS = sql("""
SELECT c.id, c.last_sequence, count(m.id) AS messages, max(m.sequence) AS highest
FROM messaging.conversation c LEFT JOIN messaging.message m ON m.conversation_id = c.id
GROUP BY c.id HAVING c.last_sequence <> count(m.id) OR c.last_sequence <> coalesce(max(m.sequence), 0)
""")
READ_AHEAD = sql("""
SELECT p.conversation_id, p.account_id, p.last_read, c.last_sequence
FROM messaging.participant p JOIN messaging.conversation c ON c.id = p.conversation_id WHERE p.last_read > c.last_sequence
""")
NOT_TWO = sql("""
SELECT c.id, count(p.account_id) AS people
FROM messaging.conversation c LEFT JOIN messaging.participant p ON p.conversation_id = c.id AND p.left_at IS NULL
WHERE c.kind = 'direct' GROUP BY c.id HAVING count(p.account_id) <> 2
""")
STRANGERS = sql("""
SELECT m.id, m.conversation_id, m.account_id
FROM messaging.message m LEFT JOIN messaging.participant p ON p.conversation_id = m.conversation_id AND p.account_id = m.account_id
WHERE m.account_id IS NOT NULL AND p.has_written IS NOT TRUE
""")
STRANGE_ACCOUNTS = sql("""
SELECT p.conversation_id, p.profile_id, p.account_id, v.account_id AS owner
FROM messaging.participant p JOIN profiles.public_profile v ON v.id = p.profile_id WHERE v.account_id <> p.account_id
""")
CHECKS = (
    Check(name="messaging.sequences_have_no_gap", violations=GAPS),
    Check(name="messaging.nobody_has_read_ahead", violations=READ_AHEAD),
    Check(name="messaging.a_direct_conversation_is_of_two", violations=NOT_TWO),
    Check(name="messaging.only_participants_write", violations=STRANGERS),
    Check(name="messaging.profiles_belong_to_their_accounts", violations=STRANGE_ACCOUNTS),
)
