"""What keeps an account from closing, what a person may take along, and how it is forgotten."""

from uuid import UUID

from skillhall.gigs.store.engagement_people import engagements_of, forget_engagements, open_engagements
from skillhall.gigs.store.posting_people import forget_postings, postings_of
from skillhall.gigs.store.work_people import forget_work, work_of
from skillhall.identity.api import Obligation
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.files import detach
from skillhall.kernel.shapes import Subject


class GigObligations:
    """Fills identity's `Obligations`."""

    async def obligations(self, read: Read, account_id: UUID) -> list[Obligation]:
        """Return agreements under way, on either side; with them ends every protected payment."""
        as_client, as_worker = await open_engagements(read, account_id)
        sides = (
            ("gigs.client", as_client, "Work you have ordered is under way: complete or cancel its agreements."),
            ("gigs.worker", as_worker, "Work you have taken on is under way: deliver it or cancel its agreements."),
        )
        return [Obligation(kind=kind, count=count, text=text) for kind, count, text in sides if count]


class GigData:
    """Fills identity's `PersonalData`."""

    name = "gigs"

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return projects, bids and invites, agreements with work, deliveries and payments, tasks, tracked time, teams."""
        return {**await postings_of(read, account_id), **await engagements_of(read, account_id), **await work_of(read, account_id)}

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:
        """Forget what the person posted, wrote and handed over; what was agreed and paid stays, known by ids."""
        posted = await forget_postings(tx, account_id, pseudonym, limit)
        worked = await forget_work(tx, account_id, pseudonym, limit)
        count, handed = await forget_engagements(tx, account_id, limit)
        for delivery_id in handed:
            await detach(tx, Subject("delivery", delivery_id))
        return posted + worked + count == 0
