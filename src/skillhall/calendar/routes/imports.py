"""HTTP of imported calendars."""

from uuid import UUID

from skillhall.calendar.commands import imports as commands
from skillhall.calendar.commands.imports import AddImport, ChangeImport
from skillhall.calendar.model.imports import ImportExists, ImportNotFound, TooManyImports
from skillhall.calendar.queries import imports as queries
from skillhall.calendar.queries.imports import ImportsView, ImportView
from skillhall.kernel.http import Answer, Call, Deleted, delete, get, patch, post

CALENDAR = {"url": "webcal://calendar.example.org/ada/private-1f2e3d.ics", "name": "Work"}
LIMIT = "calendar_import"


@get("/calendar/imports")
async def list_calendar_imports(call: Call) -> ImportsView:
    """List the calendars one imports, with how reading each of them went."""
    return await queries.imports_view(call.read, call.by.account_id)


@post(
    "/calendar/imports", created="/calendar/imports/{id}", refuses=(TooManyImports, ImportExists), limit=LIMIT, example=CALENDAR, etag=True
)
async def create_calendar_import(call: Call, data: AddImport) -> Answer[ImportView]:
    """Import a calendar from elsewhere by its address (iCalendar: Google, Outlook, iCloud, Nextcloud and others publish them).

    Its busy times, a year ahead, are taken from one's free time; what they are stays where it is, others see neither them nor this.
    It is read at once and then about every half hour; bookings made before stay. Sessions of ours in it are passed over.
    """
    return await call.run(commands.add_import, data)


@get("/calendar/imports/{import_id:uuid}", refuses=(ImportNotFound,), etag=True)
async def read_calendar_import(call: Call, import_id: UUID) -> ImportView:
    """Read one of the calendars one imports, and why it cannot be read when it cannot."""
    return await queries.import_view(call.read, call.by.account_id, import_id)


@patch("/calendar/imports/{import_id:uuid}", refuses=(ImportNotFound, ImportExists), limit=LIMIT, example={"name": "Choir"}, etag=True)
async def change_calendar_import(call: Call, import_id: UUID, data: ChangeImport) -> Answer[ImportView]:
    """Change name or address of an import; with a new address the times of the old one go at once."""
    return await call.run(commands.change_import, import_id, data, call.match.check)


@delete("/calendar/imports/{import_id:uuid}", refuses=(ImportNotFound,))
async def delete_calendar_import(call: Call, import_id: UUID) -> Deleted:
    """Import a calendar no longer; its times are free again at once."""
    await call.act(commands.remove_import, import_id)
    return Deleted(id=import_id)


@post("/calendar/imports/{import_id:uuid}/refresh", status=202, refuses=(ImportNotFound,), limit=LIMIT, etag=True)
async def refresh_calendar_import(call: Call, import_id: UUID) -> Answer[ImportView]:
    """Have an import read now. The answer does not wait for it: `checkedAt` tells when it is done."""
    return await call.run(commands.ask_refresh, import_id)
