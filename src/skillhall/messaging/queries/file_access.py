"""Who may read the files that were sent."""

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import Subject
from skillhall.messaging.store.attachments import KIND

MAY_READ = sql("""
SELECT EXISTS (
    SELECT FROM messaging.message m JOIN messaging.conversation c ON c.id = m.conversation_id
    JOIN messaging.participant p ON p.conversation_id = m.conversation_id AND p.account_id = $2
    WHERE m.id = $1 AND m.deleted_at IS NULL AND c.deleted_at IS NULL
        AND m.sequence >= p.first_sequence AND m.sequence > p.hidden_before
        AND (p.until_sequence IS NULL OR m.sequence <= p.until_sequence))
""")
# As `evidence` finds it: in a subject's own conversation, or in a direct one after the hall has spoken of a subject there.
IS_EVIDENCE = sql("""
SELECT EXISTS (
    SELECT FROM messaging.message m JOIN messaging.conversation c ON c.id = m.conversation_id
    WHERE m.id = $1 AND (c.subject_id IS NOT NULL OR (c.kind = 'direct' AND EXISTS (
        SELECT FROM messaging.message s
        WHERE s.conversation_id = c.id AND s.kind = 'system' AND s.subject_id IS NOT NULL AND s.sequence <= m.sequence))))
""")


class MessageFiles:
    """Fills the kernel's `FileAccess`: whoever sees the message; staff that mediates, when it is evidence in what a case can be about."""

    async def may_read(self, read: Read, actor: Actor, subject: Subject) -> bool:
        """Answer for files of ours; False for those of others."""
        if subject.kind != KIND:
            return False
        if await read.value(MAY_READ, subject.id, actor.account_id):
            return True
        return actor.may("case.mediate") and await read.value(IS_EVIDENCE, subject.id)
