"""What must hold about what is kept beside sessions; each statement selects the rows that break it."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check

GIVEN_BY_OTHERS = sql("""
SELECT m.id, m.kind, m.account_id FROM learning.material m JOIN learning.session s ON s.id = m.session_id WHERE m.account_id <> s.host_id
""")
SHARED_BY_OTHERS = sql("""
SELECT n.id, n.account_id FROM learning.note n JOIN learning.session s ON s.id = n.session_id
WHERE n.is_shared AND n.account_id <> s.host_id
""")
KEPT_BY_STRANGERS = sql("""
SELECT k.session_id, k.account_id FROM (
    SELECT session_id, account_id FROM learning.note UNION SELECT session_id, account_id FROM learning.recording_consent) k
JOIN learning.session s ON s.id = k.session_id
WHERE k.account_id <> s.host_id
    AND NOT EXISTS (SELECT FROM learning.seat e WHERE e.session_id = k.session_id AND e.account_id = k.account_id)
""")
MATERIAL_CHECKS = (
    Check(name="learning.materials_are_the_hosts", violations=GIVEN_BY_OTHERS),
    Check(name="learning.shared_notes_are_the_hosts", violations=SHARED_BY_OTHERS),
    Check(name="learning.notes_and_consents_are_of_participants", violations=KEPT_BY_STRANGERS),
)
