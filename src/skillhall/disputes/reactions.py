"""What disputes does when something has happened."""

from skillhall.disputes.events import DisputeFact
from skillhall.disputes.mails import Facts, letter, readers
from skillhall.disputes.store.cases import title_of
from skillhall.identity.api import people
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.outside.mail import SendMail


async def mail_sides(event: DisputeFact, tx: Tx) -> None:
    """Write to the sides, but not to the one who did it."""
    title, config = await title_of(tx, event.dispute_id), tx.house.config
    known = await people(tx, [event.payer_id, event.payee_id])
    payee = known.get(event.payee_id)
    for account_id in readers(event):
        person = known.get(account_id)
        if person is None or person.email is None or not person.is_active:
            continue
        facts = Facts(
            name=person.display_name,
            title=title,
            payee=payee.display_name if payee else "the other side",
            zone=person.timezone,
            link=f"{config.base_url}/disputes/{event.dispute_id}",
            community=config.community_name,
        )
        text = letter(event, facts)
        tx.enqueue(SendMail(to=person.email, subject=text.subject, text=text.text))
