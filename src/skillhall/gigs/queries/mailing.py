"""What letters about bids and invites need to know."""

from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read

BID = sql("""
SELECT p.title, p.account_id AS owner_id, b.account_id AS other_id, NULL::text AS email, b.proposal AS words
FROM gigs.bid b JOIN gigs.project p ON p.id = b.project_id WHERE b.id = $1
""")
INVITE = sql("""
SELECT p.title, p.account_id AS owner_id, i.account_id AS other_id, i.email, i.message AS words
FROM gigs.invite i JOIN gigs.project p ON p.id = i.project_id WHERE i.id = $1
""")


class Mailing(Struct, frozen=True, kw_only=True):
    """A project's owner, the other side by account or address, and what the sender wrote."""

    title: str
    owner_id: UUID
    other_id: UUID | None
    email: str | None
    words: str


async def about_bid(read: Read, bid_id: UUID) -> Mailing | None:
    """Return whom to write about a bid; None when it is gone."""
    row = await read.row(BID, bid_id)
    return None if row is None else Mailing(**row)


async def about_invite(read: Read, invite_id: UUID) -> Mailing | None:
    """Return whom to write about an invite; None when it is gone."""
    row = await read.row(INVITE, invite_id)
    return None if row is None else Mailing(**row)
