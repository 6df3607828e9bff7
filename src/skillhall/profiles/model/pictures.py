"""Avatars and covers: how large they may come, and in which sizes they are kept."""

from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta, Struct

from skillhall.kernel.files import MEBIBYTE
from skillhall.kernel.outside.pictures import Frame
from skillhall.kernel.shapes import Body
from skillhall.profiles.model.fields import PICTURES

Use = Literal["avatar", "cover"]
LARGEST: Final = 5 * MEBIBYTE
FRAMES: Final[dict[Use, tuple[Frame, ...]]] = {
    "avatar": (Frame(512, 512), Frame(256, 256), Frame(64, 64)),
    "cover": (Frame(1500), Frame(750)),
}
SUBJECT: Final = "profile_picture"


class Picture(Struct, frozen=True, kw_only=True):
    """An uploaded picture: its sizes (width in pixels, the largest first) and the file of each."""

    id: UUID
    profile_id: UUID
    use: Use
    sizes: list[int]
    file_ids: list[UUID]

    @property
    def address(self) -> str:
        """Where the picture is read; only who was shown the profile knows it."""
        return f"{PICTURES}{self.id}"


class UsePicture(Body, frozen=True, kw_only=True):
    """A file of one's own, uploaded before."""

    file_id: UUID


class PictureQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The smallest width in pixels that will do; the largest there is without it."""

    size: Annotated[int, Meta(ge=1, le=10_000)] | None = None
