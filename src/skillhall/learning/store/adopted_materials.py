"""Links to materials that come in bulk."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx

INSERT_LINKS = sql("""
INSERT INTO learning.material (id, session_id, account_id, kind, title, url, created_at)
SELECT id, session_id, account_id, 'material', title, url, created_at
FROM jsonb_to_recordset($1::jsonb) AS m (id uuid, session_id uuid, account_id uuid, title text, url text, created_at timestamptz)
""")


class AdoptedMaterial(Struct, frozen=True, kw_only=True):
    """A link that the host of a session handed out."""

    id: UUID
    session_id: UUID
    account_id: UUID
    title: str
    url: str
    created_at: datetime


async def insert_materials(tx: Tx, materials: Sequence[AdoptedMaterial]) -> None:
    """Write many links."""
    await tx.run(INSERT_LINKS, materials)
