"""What learning does when something has happened, here or in identity."""

from uuid import UUID

from skillhall.identity.api import Person, people
from skillhall.identity.events import AccountBanned, AccountSuspended
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.outside.mail import SendMail
from skillhall.kernel.shapes import Subject
from skillhall.learning import events
from skillhall.learning.mails import Facts, letter
from skillhall.learning.model.states import ClosedAs
from skillhall.learning.queries.mailing import Mailing, mailing, open_sessions
from skillhall.learning.store.skills import move_offers
from skillhall.learning.tasks import CancelForSuspension, MoveSessions
from skillhall.skills.api import note
from skillhall.skills.events import SkillsMerged

MOST_NAMES = 3


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


async def mail_people(event: events.SessionFact | events.PlaceFact, tx: Tx) -> None:
    """Write to everybody of the session but the one who did it; of a lesson that has begun nobody is reminded."""
    if isinstance(event, events.ReminderDue) and tx.now >= event.starts_at:
        return
    about = await mailing(tx, event.session_id)
    readers = _readers(event, about)
    learners = [event.account_id] if isinstance(event, events.PlaceFact) else event.learner_ids
    known = await people(tx, list(dict.fromkeys([event.host_id, *learners, *readers])))
    for account_id in readers:
        person = known.get(account_id)
        if person is None or person.email is None or not person.is_active:
            continue
        others = learners if account_id == event.host_id else [event.host_id]
        text = letter(event, _facts(tx, event, person, about, [known[other] for other in others if other in known]))
        tx.enqueue(SendMail(to=person.email, subject=text.subject, text=text.text))


def _readers(event: events.SessionFact | events.PlaceFact, about: Mailing) -> list[UUID]:
    if isinstance(event, events.PlaceFact):
        is_known = isinstance(event, events.SeatLeft) and event.left_as in {ClosedAs.LEFT, ClosedAs.SUSPENDED}
        return [] if is_known else [event.account_id]
    everybody = [event.host_id, *event.learner_ids]
    match event:
        case events.SessionRescheduled() if about.is_group:
            return [*event.learner_ids, *event.waiting_ids]
        case events.SessionDeclined():
            return event.learner_ids
        case events.SessionCancelled():
            return [account_id for account_id in (*everybody, *event.waiting_ids) if account_id != event.cancelled_by]
        case events.RescheduleProposed():
            return [account_id for account_id in everybody if account_id != event.proposed_by]
        case _:
            return everybody


def _facts(tx: Tx, event: events.SessionFact | events.PlaceFact, person: Person, about: Mailing, others: list[Person]) -> Facts:
    config = tx.house.config
    return Facts(
        name=person.display_name,
        other=_names(others),
        title=about.title,
        price=about.price,
        is_group=about.is_group,
        zone=person.timezone,
        reader_is_host=person.id == event.host_id,
        cancelled_as=about.closed_as,
        reason=about.closed_reason,
        link=f"{config.base_url}/sessions/{event.session_id}",
        community=config.community_name,
    )


def _names(others: list[Person]) -> str:
    if len(others) > MOST_NAMES:
        return f"{len(others)} learners"
    return ", ".join(other.display_name for other in others) or "the other side"
