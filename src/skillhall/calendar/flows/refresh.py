"""Read a calendar elsewhere and make its busy times entries here.

Look the import up, ask the other server, work the file out, store: only the first and the last in transactions, so nobody waits for
a stranger's server. When it dies on the way the delivery runs again; when two run at once, the last one stores the same.
"""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from skillhall.calendar.commands import imports
from skillhall.calendar.model.entry import CalendarRules
from skillhall.calendar.model.imports import Import, UnreadableError
from skillhall.calendar.outside import fetch
from skillhall.calendar.outside.reader import read_times
from skillhall.calendar.store.imports import find_import
from skillhall.calendar.tasks import RefreshImport
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.work.outside import Outside

STAMPS: Final = re.compile(rb"^DTSTAMP[^\r\n]*", re.MULTILINE)
"""When the file was made: some servers write the time of each request, and nothing has changed."""


class Start(Struct, frozen=True):
    """What a reading knows before it asks: the import, the period to work out, whether the whole file is wanted again."""

    seen: Import
    since: datetime
    until: datetime
    is_stale: bool


async def refresh_import(task: RefreshImport, out: Outside) -> None:
    """Read one import again. What cannot be read is noted for its person and tried again later; entries stay as they were."""

    async def begin(tx: Tx) -> Start | None:
        seen = await find_import(tx, task.import_id)
        if seen is None:
            return None
        rules = tx.setting(CalendarRules)
        is_stale = seen.read_at is None or tx.wall - seen.read_at > timedelta(hours=rules.import_reread_hours)
        return Start(seen, tx.now - timedelta(days=1), tx.now + timedelta(days=rules.import_days_ahead), is_stale)

    start = await out.run(begin)
    if start is None:
        return
    try:
        result = await _read(start, may_be_here=out.house.config.is_sandbox)
    except UnreadableError as error:
        problem = error.problem
        await out.finish(lambda tx: imports.note_failure(tx, start.seen, problem))
    else:
        await out.finish(lambda tx: imports.keep(tx, start.seen, result))


async def _read(start: Start, *, may_be_here: bool) -> imports.Result:
    """Return what became of the file since last time. An unchanged one is worked out anew once a day, for the days to come."""
    seen = start.seen
    etag, modified = (None, None) if start.is_stale else (seen.etag, seen.modified)
    fetched = await fetch.fetch(seen.url, etag=etag, modified=modified, may_be_here=may_be_here)
    digest = seen.digest if fetched.body is None else _digest(fetched.body, seen.timezone)
    times = None
    if fetched.body is not None and (start.is_stale or digest != seen.digest):
        times = await read_times(fetched.body, seen.account_id, seen.timezone, start.since, start.until)
    return imports.Result(etag=fetched.etag, modified=fetched.modified, digest=digest, times=times)


def _digest(file: bytes, timezone: str) -> bytes:
    return hashlib.sha256(STAMPS.sub(b"", file) + timezone.encode()).digest()
