"""HTTP of the catalogue as a table."""

from collections.abc import AsyncIterator
from typing import Final

from skillhall.kernel.http import Call, Key, Raw, Upload, get, post
from skillhall.skills.commands.import_sheet import SheetReport, export_sheet, import_sheet
from skillhall.skills.model.refusals import SheetTooLong, SheetUnreadable
from skillhall.skills.model.skill import PUBLISH

LONGEST: Final = 5000
HEADERS: Final = {"content-disposition": 'attachment; filename="skills.csv"'}


@get("/admin/skills/export", permission=PUBLISH, media="text/csv")
async def export_skills(call: Call) -> Raw:
    """Read the published and deprecated skills as CSV, which can be imported again.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    return Raw(_encoded(export_sheet(call.read)), "text/csv; charset=utf-8", HEADERS)


@post("/admin/skills/import", permission=PUBLISH, key=Key.NEVER, upload=True, refuses=(SheetUnreadable, SheetTooLong))
async def import_skills(call: Call, data: Upload) -> SheetReport:
    """Import skills from CSV: multipart with `file`, and `dryRun=true` to be told only what would happen.

    Every valid line is imported, new ones and changed ones by their slug; the others are named with all that is wrong with them.
    """
    data.file.seek(0)
    content = data.file.read()
    if len(content.splitlines()) > LONGEST + 1:
        raise SheetTooLong(allowed=LONGEST)
    return await import_sheet(call.runner, call.by, content, dry_run=data.fields.get("dryRun", "") == "true")


async def _encoded(parts: AsyncIterator[str]) -> AsyncIterator[bytes]:
    async for part in parts:
        yield part.encode()
