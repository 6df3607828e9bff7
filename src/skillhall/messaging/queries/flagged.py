"""What staff has stopped: which conversations, not what is said in them."""

from uuid import UUID

from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import ListQuery, Page, instant
from skillhall.messaging.model.participation import FlagView
from skillhall.messaging.model.refusals import ConversationNotFound

FLAGGED = Listing(
    columns=sql("""c.id, c.kind, c.flagged_reason, c.flagged_at, c.flagged_by,
        (SELECT count(*)::int FROM messaging.participant p WHERE p.conversation_id = c.id AND p.left_at IS NULL) AS participants"""),
    source=sql("messaging.conversation c"),
    sorts={"flaggedAt": sql("c.flagged_at")},
    default_sort="-flaggedAt",
    key=sql("c.id"),
    always=sql("c.flagged_at IS NOT NULL AND c.deleted_at IS NULL"),
)
ONE = sql("""
SELECT c.id, c.kind, c.flagged_reason, c.flagged_at, c.flagged_by,
    (SELECT count(*)::int FROM messaging.participant p WHERE p.conversation_id = c.id AND p.left_at IS NULL) AS participants
FROM messaging.conversation c WHERE c.id = $1 AND c.flagged_at IS NOT NULL
""")


async def flagged_page(read: Read, query: ListQuery) -> Page[FlagView]:
    """Return the conversations that are stopped now, latest first."""
    return await FLAGGED.page(read, query, decode=_view)


async def flag_view(read: Read, conversation_id: UUID) -> FlagView:
    """Return one that is stopped."""
    row = await read.row(ONE, conversation_id)
    if row is None:
        raise ConversationNotFound(conversation_id=conversation_id)
    return _view(row)


def _view(row: Row) -> FlagView:
    return FlagView(
        id=row["id"],
        type=row["kind"],
        reason=row["flagged_reason"],
        flagged_at=instant(row["flagged_at"]),
        flagged_by=row["flagged_by"],
        participant_count=row["participants"],
    )
