"""What learning does when something has happened, here or in identity."""

from uuid import UUID

from skillhall.identity.api import Person, people
from skillhall.identity.events import AccountBanned, AccountSuspended
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.outside.mail import SendMail
from skillhall.learning import events
from skillhall.learning.mails import Facts, letter
from skillhall.learning.queries.mailing import Mailing, mailing, open_sessions
from skillhall.learning.tasks import CancelForSuspension


async def cancel_sessions(event: AccountSuspended | AccountBanned, tx: Tx) -> None:
    """Call off what the account had promised and not begun, each session in a transaction of its own."""
    for session_id in await open_sessions(tx, event.account_id):
        tx.enqueue(CancelForSuspension(session_id=session_id), key=str(session_id))


async def mail_people(event: events.SessionFact, tx: Tx) -> None:
    """Write to everybody of the session but the one who did it."""
    about = await mailing(tx, event.session_id)
    known = await people(tx, [event.host_id, *event.learner_ids])
    for account_id in _readers(event):
        person = known.get(account_id)
        if person is None or person.email is None or not person.is_active:
            continue
        others = event.learner_ids if account_id == event.host_id else [event.host_id]
        text = letter(event, _facts(tx, event, person, about, [known[other] for other in others if other in known]))
        tx.enqueue(SendMail(to=person.email, subject=text.subject, text=text.text))


def _readers(event: events.SessionFact) -> list[UUID]:
    everybody = [event.host_id, *event.learner_ids]
    match event:
        case events.SessionDeclined():
            return event.learner_ids
        case events.SessionCancelled():
            return [account_id for account_id in everybody if account_id != event.cancelled_by]
        case events.RescheduleProposed():
            return [account_id for account_id in everybody if account_id != event.proposed_by]
        case _:
            return everybody


def _facts(tx: Tx, event: events.SessionFact, person: Person, about: Mailing, others: list[Person]) -> Facts:
    config = tx.house.config
    return Facts(
        name=person.display_name,
        other=", ".join(other.display_name for other in others) or "the other side",
        title=about.title,
        price=about.price,
        zone=person.timezone,
        reader_is_host=person.id == event.host_id,
        cancelled_as=about.closed_as,
        reason=about.closed_reason,
        link=f"{config.base_url}/sessions/{event.session_id}",
        community=config.community_name,
    )
