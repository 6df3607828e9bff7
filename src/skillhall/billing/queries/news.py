"""What notices of billing say besides the events: the names of plans, the numbers of papers, and where things stand now."""

from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read

SUBSCRIPTION = sql("""
SELECT s.terms->>'name' AS plan, s.state, s.is_cancelling FROM billing.subscription s WHERE s.id = $1
""")
PAPER = sql("""
SELECT i.paper->>'number' AS number, i.title, coalesce(i.paper->'seller'->>'name', '') AS seller,
    coalesce(i.paper->>'corrects', '') AS corrects
FROM billing.invoice i WHERE i.id = $1
""")


class SubscriptionNews(Struct, frozen=True, kw_only=True):
    """A subscription, by the name of its plan."""

    plan: str
    state: str
    is_cancelling: bool


class PaperNews(Struct, frozen=True, kw_only=True):
    """An invoice, receipt or credit note: its number, what for, by whom, and which other one it corrects."""

    number: str
    title: str
    seller: str
    corrects: str


async def subscription_news(read: Read, subscription_id: UUID) -> SubscriptionNews | None:
    """Return what is told of a subscription; None where there was never one."""
    row = await read.row(SUBSCRIPTION, subscription_id)
    return None if row is None else SubscriptionNews(**row)


async def paper_news(read: Read, invoice_id: UUID) -> PaperNews | None:
    """Return what is told of a paper; None where there was never one."""
    row = await read.row(PAPER, invoice_id)
    return None if row is None else PaperNews(**row)
