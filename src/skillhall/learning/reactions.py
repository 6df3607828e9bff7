"""What learning does when something has happened, here or in identity."""

from skillhall.identity.events import AccountBanned, AccountSuspended
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.learning import events
from skillhall.learning.queries.telling import open_sessions
from skillhall.learning.store.skills import move_offers
from skillhall.learning.tasks import CancelForSuspension, MoveSessions
from skillhall.skills.api import note
from skillhall.skills.events import SkillsMerged


async def cancel_sessions(event: AccountSuspended | AccountBanned, tx: Tx) -> None:
    """Call off what the account had promised and not begun, each session in a transaction of its own."""
    for session_id in await open_sessions(tx, event.account_id):
        task = CancelForSuspension(session_id=session_id, account_id=event.account_id)
        tx.enqueue(task, key=f"{session_id} {event.account_id}")


async def note_session(event: events.SessionCompleted, tx: Tx) -> None:
    """Let the skill count the session and who came to learn."""
    await note(tx, event.skill_id, Subject("session", event.session_id), learners=len(event.attended_ids))


async def follow_merge(event: SkillsMerged, tx: Tx) -> None:
    """Let offers and sessions go on under the skill that stands now."""
    await move_offers(tx, event.skill_id, event.into_id)
    tx.enqueue(MoveSessions(skill_id=event.skill_id, into_id=event.into_id))
