"""What notices of disputes say besides the events: what a case is about, and where it stands now."""

from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read

CASE = sql("""
SELECT c.title, c.state, c.kind, c.payer_id, c.payee_id, c.appealed_at IS NOT NULL AS is_appealed,
    coalesce((SELECT d.kind FROM disputes.decision d WHERE d.case_id = c.id AND d.state = 'open'), '') AS waiting
FROM disputes.case c WHERE c.id = $1
""")


class CaseNews(Struct, frozen=True, kw_only=True):
    """A case. `waiting`: the proposal or ruling that is not carried out yet, if there is one."""

    title: str
    state: str
    kind: str
    payer_id: UUID
    payee_id: UUID
    is_appealed: bool
    waiting: str


async def case_news(read: Read, dispute_id: UUID) -> CaseNews | None:
    """Return what is told of a case; None where there was never one."""
    row = await read.row(CASE, dispute_id)
    return None if row is None else CaseNews(**row)
