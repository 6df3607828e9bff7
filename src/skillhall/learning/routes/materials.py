"""HTTP of what is kept beside a session: materials, notes, recordings, attendance."""

from uuid import UUID

from skillhall.kernel.files import FileInUse, FileMissing, WrongKind
from skillhall.kernel.http import Answer, Call, Deleted, delete, get, patch, post, put
from skillhall.kernel.shapes import ListQuery, Page
from skillhall.learning.commands import remove_material as removing
from skillhall.learning.commands import write_note as noting
from skillhall.learning.commands.add_material import AddMaterial, AddRecording
from skillhall.learning.commands.add_material import add_material as adding_material
from skillhall.learning.commands.add_material import add_recording as adding_recording
from skillhall.learning.commands.consent_to_recording import RecordingConsent, consent_to_recording
from skillhall.learning.commands.write_note import AddNote, ChangeNote
from skillhall.learning.model import materials as no
from skillhall.learning.model.participation import SeatNeeded
from skillhall.learning.model.refusals import HostOnly, SessionMoved, SessionNotFound
from skillhall.learning.queries import materials as shown
from skillhall.learning.queries import notes, presence
from skillhall.learning.queries.materials import MaterialView, RecordingConsentView, RecordingView
from skillhall.learning.queries.notes import NoteQuery, NoteView
from skillhall.learning.queries.presence import AttendanceView

ID = "/sessions/{session_id:uuid}"
READER = (SessionNotFound, SeatNeeded)
HOST = (SessionNotFound, HostOnly)
FILE = (FileMissing, FileInUse, WrongKind)
CHANGE_NOTE = (SessionNotFound, no.NoteNotFound, no.NotYourNote, HostOnly, *FILE)
LINK = {"title": "Chord charts", "url": "https://example.org/chords"}
TAPE = {"title": "The whole lesson", "url": "https://example.org/recording"}


@get(f"{ID}/materials", refuses=READER)
async def list_session_materials(call: Call, session_id: UUID, query: ListQuery) -> Page[MaterialView]:
    """List what the host hands out; for everybody who has a seat."""
    return await shown.materials(call.read, call.by, session_id, query)


@get(f"{ID}/materials/{{material_id:uuid}}", refuses=(*READER, no.MaterialNotFound))
async def read_session_material(call: Call, session_id: UUID, material_id: UUID) -> MaterialView:
    """Read one material; a file comes as a link that is good for an hour."""
    return await shown.material(call.read, call.by, session_id, material_id)


@post(
    f"{ID}/materials",
    created="/sessions/{session_id}/materials/{id}",
    refuses=(*HOST, SessionMoved, no.TooManyKept, *FILE),
    example=LINK,
)
async def create_session_material(call: Call, session_id: UUID, data: AddMaterial) -> Answer[MaterialView]:
    """Hand out a file or a link; host only, at any time unless the session was called off."""
    return await call.run(adding_material, session_id, data)


@delete(f"{ID}/materials/{{material_id:uuid}}", refuses=(*HOST, no.MaterialNotFound))
async def delete_session_material(call: Call, session_id: UUID, material_id: UUID) -> Deleted:
    """Take a material back, with its file; host only."""
    return Deleted(id=await call.act(removing.remove_material, session_id, material_id))


@get(f"{ID}/notes", refuses=(SessionNotFound,))
async def list_session_notes(call: Call, session_id: UUID, query: NoteQuery) -> Page[NoteView]:
    """List one's own notes of a session and those the host shares. Nobody else reads a note that is not shared, staff neither."""
    return await notes.notes(call.read, call.by, session_id, query)


@get(f"{ID}/notes/{{note_id:uuid}}", refuses=(SessionNotFound, no.NoteNotFound), etag=True)
async def read_session_note(call: Call, session_id: UUID, note_id: UUID) -> NoteView:
    """Read one note."""
    return await notes.note(call.read, call.by, session_id, note_id)


@post(
    f"{ID}/notes",
    created="/sessions/{session_id}/notes/{id}",
    refuses=(*READER, HostOnly, no.TooManyKept, *FILE),
    example={"text": "Practise the F chord."},
    etag=True,
)
async def create_session_note(call: Call, session_id: UUID, data: AddNote) -> Answer[NoteView]:
    """Keep a note of a session one takes part in. The host may share it with everybody who has a seat."""
    return await call.run(noting.add_note, session_id, data)


@patch(f"{ID}/notes/{{note_id:uuid}}", refuses=CHANGE_NOTE, example={"text": "Practise the F and the B chord."}, etag=True)
async def change_session_note(call: Call, session_id: UUID, note_id: UUID, data: ChangeNote) -> Answer[NoteView]:
    """Change an own note; what is absent stays. With If-Match a lost update is refused."""
    return await call.run(noting.change_note, session_id, note_id, data, call.match.check)


@put(f"{ID}/notes/{{note_id:uuid}}", refuses=CHANGE_NOTE, example={"text": "Practise the B chord."}, etag=True)
async def replace_session_note(call: Call, session_id: UUID, note_id: UUID, data: ChangeNote) -> Answer[NoteView]:
    """Change an own note; the same as PATCH."""
    return await call.run(noting.change_note, session_id, note_id, data, call.match.check)


@delete(f"{ID}/notes/{{note_id:uuid}}", refuses=(SessionNotFound, no.NoteNotFound, no.NotYourNote))
async def delete_session_note(call: Call, session_id: UUID, note_id: UUID) -> Deleted:
    """Throw an own note away, with its files."""
    return Deleted(id=await call.act(noting.remove_note, session_id, note_id))


@get(f"{ID}/recording-consent", refuses=READER)
async def read_recording_consent(call: Call, session_id: UUID) -> RecordingConsentView:
    """Read how many agree to being recorded, and what one has said oneself."""
    return await shown.recording_consent(call.read, call.by, session_id)


@put(f"{ID}/recording-consent", refuses=READER, example={"consent": True})
async def set_recording_consent(call: Call, session_id: UUID, data: RecordingConsent) -> Answer[RecordingConsentView]:
    """Agree to being recorded, or withdraw that.

    Recordings are shown while the host, everybody with a seat and everybody who was in the room agree. Who takes a seat later has not
    agreed: until they do, recordings can neither be added nor be seen, save by staff. A file's link that was given before lasts its hour.
    """
    return await call.run(consent_to_recording, session_id, data)


@get(f"{ID}/recordings", refuses=READER)
async def list_session_recordings(call: Call, session_id: UUID, query: ListQuery) -> Page[RecordingView]:
    """List the recordings; there are none to see while somebody's consent is missing."""
    return await shown.recordings(call.read, call.by, session_id, query)


@get(f"{ID}/recordings/{{recording_id:uuid}}", refuses=(*READER, no.RecordingNotFound))
async def read_session_recording(call: Call, session_id: UUID, recording_id: UUID) -> RecordingView:
    """Read one recording; a file comes as a link that is good for an hour."""
    return await shown.recording(call.read, call.by, session_id, recording_id)


@post(
    f"{ID}/recordings",
    created="/sessions/{session_id}/recordings/{id}",
    refuses=(*HOST, SessionMoved, no.RecordingNotConsented, no.TooManyKept, *FILE),
    example=TAPE,
)
async def create_session_recording(call: Call, session_id: UUID, data: AddRecording) -> Answer[RecordingView]:
    """Add what was recorded, as a file or a link; host only, and only when the host and every learner have agreed."""
    return await call.run(adding_recording, session_id, data)


@delete(f"{ID}/recordings/{{recording_id:uuid}}", refuses=(*HOST, no.RecordingNotFound))
async def delete_session_recording(call: Call, session_id: UUID, recording_id: UUID) -> Deleted:
    """Remove a recording with its file, hidden or not; host only."""
    return Deleted(id=await call.act(removing.remove_recording, session_id, recording_id))


@get(f"{ID}/attendance", refuses=READER)
async def read_session_attendance(call: Call, session_id: UUID) -> AttendanceView:
    """Read who was in the room and for how many minutes: host and staff everybody's, a learner the own."""
    return await presence.attendance(call.read, call.by, session_id)
