"""Batches on staff's screens."""

from uuid import UUID

from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import ListQuery, Page
from skillhall.notifications.model.batch import Batch, BatchView, State, batch_of, batch_view
from skillhall.notifications.model.refusals import BatchNotFound

COLUMNS = sql("""b.id, b.type, b.audience, b.words, b.path, b.priority, b.channels, b.data, b.state, b.at, b.expires_at, b.created_by,
    b.created_at, b.started_at, b.finished_at, b.last_account_id, b.reached, b.sent, b.withdrawn""")
BATCHES = Listing(
    columns=COLUMNS,
    source=sql("notifications.batch b"),
    sorts={"createdAt": sql("b.created_at"), "scheduledFor": sql("b.at")},
    default_sort="-createdAt",
    key=sql("b.id"),
    filters={"state": sql("b.state = {}")},
    search=sql("b.words::text ILIKE '%' || {} || '%'"),
)
BATCH = sql("""
SELECT id, type, audience, words, path, priority, channels, data, state, at, expires_at, created_by, created_at, started_at, finished_at,
    last_account_id, reached, sent, withdrawn
FROM notifications.batch WHERE id = $1
""")


OWN = frozenset(Batch.__struct_fields__)


class BatchQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of batches."""

    status: State | None = None


async def batches_page(read: Read, query: BatchQuery) -> Page[BatchView]:
    """Return what staff has sent, the latest first."""
    return await BATCHES.page(read, query, decode=_view, where={"state": query.status})


def _view(row: Row) -> BatchView:
    return batch_view(batch_of({name: value for name, value in row.items() if name in OWN}))


async def batch(read: Read, batch_id: UUID) -> BatchView:
    """Return one batch."""
    row = await read.row(BATCH, batch_id)
    if row is None:
        raise BatchNotFound(batch_id=batch_id)
    return batch_view(batch_of(dict(row)))
