"""What is kept beside a session: materials and recordings by the host, notes by everybody, and consent to being recorded."""

from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from skillhall.kernel.refusals import FieldError, Forbidden, Invalid, NotFound, Refused
from skillhall.kernel.shapes import Subject

# One line with something on it; `$` alone would let a line break follow the address. An address carries no password.
Title = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        pattern=r"^(?!.*[\x00-\x1f\x7f\x85\u2028\u2029]).*\S",
        description="One line of text, not blank",
        examples=["Chords"],
    ),
]
Link = Annotated[
    str,
    Meta(
        max_length=2000,
        pattern=r"^https://[^\s/?#@\\\x00-\x20]+(?:[/?#][^\s\x00-\x20]*)?$(?!\n)",
        description="An address that begins with https://",
        examples=["https://example.org/chords"],
    ),
]
NoteText = Annotated[str, Meta(min_length=1, max_length=50_000, pattern=r"\S", description="Text that is not blank")]
NoteFiles = Annotated[list[UUID], Meta(max_length=10)]

PAPERS: Final = ("document", "image", "media")
TAPES: Final = ("media",)
NOTE: Final = "session_note"


class Kind(StrEnum):
    """What a host puts beside a session."""

    MATERIAL = "material"
    RECORDING = "recording"

    @property
    def subject_kind(self) -> str:
        """How the keeper of files knows things of this kind."""
        return f"session_{self}"

    def subject(self, material_id: UUID) -> Subject:
        """Return how the keeper of files knows one of them."""
        return Subject(self.subject_kind, material_id)


class MaterialRules(Struct, frozen=True, kw_only=True):
    """The operator's settings: how much one session takes, notes counted for each participant."""

    materials: int = 50
    recordings: int = 20
    notes: int = 100


class Attached(Struct, frozen=True, kw_only=True):
    """A file that belongs to something here; nothing of it changes any more."""

    file_id: UUID
    file_name: str
    content_type: str
    size: int


class Consents(Struct, frozen=True):
    """How many were asked for their consent to being recorded, and whose is missing: the host's, so many learners'."""

    asked: int
    host_missing: bool
    learners_missing: int

    @property
    def is_complete(self) -> bool:
        """Whether everybody agrees."""
        return not self.host_missing and not self.learners_missing

    def check(self) -> None:
        """Refuse unless everybody agrees."""
        if not self.is_complete:
            raise RecordingNotConsented(host=int(self.host_missing), learners=self.learners_missing)


def check_one_source(file_id: UUID | None, url: str | None) -> None:
    """Refuse neither or both of a file and a link."""
    if (file_id is None) == (url is None):
        raise Invalid(*(FieldError(name, "body", "learning.one_source", "Send either fileId or url.") for name in ("fileId", "url")))


class TooManyKept(Refused):
    """The session has as much of this as it takes."""

    code = "learning.too_many_kept"
    message = "A session takes at most {most} {things}; remove one first."


class MaterialNotFound(NotFound):
    """No such material in this session."""

    code = "learning.material_not_found"
    message = "This material does not exist in this session."


class RecordingNotFound(NotFound):
    """No such recording in this session, or somebody does not consent to it."""

    code = "learning.recording_not_found"
    message = "This recording does not exist, or not everybody consents to it."


class RecordingNotConsented(Refused):
    """Somebody has not agreed to be recorded: the host (0 or 1), or so many of those who have a seat."""

    code = "learning.recording_not_consented"
    message = "Everybody has to agree to be recorded; still missing: {host} of 1 host, {learners} of the learners."


class NoteNotFound(NotFound):
    """No such note in this session, or somebody else keeps it to themselves."""

    code = "learning.note_not_found"
    message = "This note does not exist, or it is not shared with you."


class NotYourNote(Forbidden):
    """A shared note is changed by its writer alone."""

    code = "learning.not_your_note"
    message = "Only the person who wrote this note may change it."
