"""What calendar does as time goes by: look at imported calendars again."""

from datetime import timedelta
from typing import Final

from skillhall.calendar.flows.refresh import refresh_import
from skillhall.calendar.model.entry import CalendarRules
from skillhall.calendar.store import imports
from skillhall.calendar.tasks import RefreshImport
from skillhall.kernel.db.tx import Tx

AT_ONCE: Final = 500

__all__ = ["refresh_due", "refresh_import"]


async def refresh_due(tx: Tx) -> None:
    """Put a reading of each due import aside. By the wall clock: other servers know no other."""
    again_at = tx.wall + timedelta(minutes=tx.setting(CalendarRules).import_every_minutes)
    for import_id in await imports.claim_due(tx, tx.wall, again_at, AT_ONCE):
        tx.enqueue(RefreshImport(import_id=import_id), key=str(import_id))
