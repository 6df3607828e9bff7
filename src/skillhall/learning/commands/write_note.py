"""A participant writes a note, changes it, throws it away."""

from collections.abc import Callable, Sequence
from uuid import UUID

from msgspec import UNSET, UnsetType, field
from msgspec.structs import replace

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.files import detach
from skillhall.kernel.shapes import Body, Subject
from skillhall.learning.commands.attaching import attached
from skillhall.learning.model.materials import NOTE, PAPERS, MaterialRules, NoteFiles, NoteNotFound, NoteText, NotYourNote, TooManyKept
from skillhall.learning.model.refusals import HostOnly
from skillhall.learning.queries.notes import NoteView
from skillhall.learning.queries.notes import note as note_view
from skillhall.learning.store import notes
from skillhall.learning.store.notes import Note
from skillhall.learning.store.participation import lock_part, part


class AddNote(Body, frozen=True, kw_only=True):
    """Words, and own uploads (document, image, media). Shared by the host, everybody with a seat reads them."""

    text: NoteText
    is_shared: bool = False
    file_ids: NoteFiles = field(default_factory=list[UUID])


class ChangeNote(Body, frozen=True, kw_only=True):
    """The fields to change; absent ones stay, the list of files is replaced."""

    text: NoteText | UnsetType = UNSET
    is_shared: bool | UnsetType = UNSET
    file_ids: NoteFiles | UnsetType = UNSET


async def add_note(tx: Tx, by: Actor, session_id: UUID, command: AddNote) -> NoteView:
    """Keep a note of a session one takes part in."""
    writing = await lock_part(tx, session_id, by)
    writing.check_takes_part()
    if command.is_shared and not writing.is_host:
        raise HostOnly
    most = tx.setting(MaterialRules).notes
    if await notes.count_notes(tx, session_id, by.account_id) >= most:
        raise TooManyKept(most=most, things="notes of one person")
    new = Note(id=ids.new(), session_id=session_id, account_id=by.account_id, text=command.text, is_shared=command.is_shared)
    await notes.insert_note(tx, new)
    await _keep_files(tx, by, new.id, command.file_ids)
    return await note_view(tx, by, session_id, new.id)


async def change_note(
    tx: Tx, by: Actor, session_id: UUID, note_id: UUID, command: ChangeNote, check_version: Callable[[object], None]
) -> NoteView:
    """Change an own note; `check_version` refuses when the client has read an older one."""
    before = await _own(tx, by, session_id, note_id)
    check_version(before.version)
    after = replace(
        before,
        text=before.text if command.text is UNSET else command.text,
        is_shared=before.is_shared if command.is_shared is UNSET else command.is_shared,
    )
    if after.is_shared and not (await part(tx, session_id, by)).is_host:
        raise HostOnly
    wanted = None if command.file_ids is UNSET else command.file_ids
    if wanted is not None and wanted != await notes.files(tx, note_id):
        await _keep_files(tx, by, note_id, wanted)
    elif after == before:
        return await note_view(tx, by, session_id, note_id)
    await notes.update_note(tx, after)
    return await note_view(tx, by, session_id, note_id)


async def remove_note(tx: Tx, by: Actor, session_id: UUID, note_id: UUID) -> UUID:
    """Throw an own note away, with its files."""
    await _own(tx, by, session_id, note_id)
    await notes.delete_note(tx, note_id)
    await detach(tx, Subject(NOTE, note_id))
    return note_id


async def _own(tx: Tx, by: Actor, session_id: UUID, note_id: UUID) -> Note:
    asking = await part(tx, session_id, by)
    asking.check_concerned()
    found = await notes.lock_note(tx, note_id, session_id)
    if found.account_id == by.account_id:
        return found
    raise NotYourNote if found.is_shared and asking.may_read else NoteNotFound


async def _keep_files(tx: Tx, by: Actor, note_id: UUID, file_ids: Sequence[UUID]) -> None:
    """Let exactly these belong to the note, in this order; attached in the order of their ids, so that no two callers deadlock."""
    wanted, subject = list(dict.fromkeys(file_ids)), Subject(NOTE, note_id)
    found = {file_id: await attached(tx, by, file_id, subject, PAPERS) for file_id in sorted(wanted)}
    await detach(tx, subject, keep=wanted)
    await notes.replace_files(tx, note_id, [found[file_id] for file_id in wanted])
