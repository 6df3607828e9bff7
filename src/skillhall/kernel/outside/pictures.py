"""Pictures in fixed sizes: turned upright, cut or shrunk, never enlarged, written as WebP with nothing hidden in them."""

import asyncio
import io
from collections.abc import Sequence
from typing import IO, Any, Final

from msgspec import Struct
from PIL import Image, ImageCms, ImageOps

from skillhall.kernel.outside.storage import FORMATS, ONE_IMAGE, FileUnreadable

QUALITY: Final = 82
COLOR: Final = frozenset({"RGB", "RGBA"})
ALPHA: Final = frozenset({"RGBA", "LA", "PA", "La", "RGBa"})


class Frame(Struct, frozen=True):
    """A size in pixels: with a height the picture is cut to this shape, without one it is only made narrower."""

    width: int
    height: int | None = None


class Framed(Struct, frozen=True):
    """A picture as it came out, at most as wide as it was asked for, in WebP."""

    width: int
    body: bytes


async def framed(content: IO[bytes], media: str, frames: Sequence[Frame]) -> list[Framed]:
    """Return the image once for each frame, in their order, each width once; of a moving one the first picture. Refuse damage and bombs."""
    return await asyncio.get_running_loop().run_in_executor(ONE_IMAGE, _framed, content, FORMATS[media], frames)


def _framed(content: IO[bytes], kind: str, frames: Sequence[Frame]) -> list[Framed]:
    try:
        with Image.open(content, formats=[kind]) as image:
            _check_pixels(image)
            profile = image.info.get("icc_profile") if image.mode in COLOR else None
            plain = _plain(ImageOps.exif_transpose(image))
            made = [_made(plain, frame, profile) for frame in frames]
    except FileUnreadable:
        raise
    except Exception as error:  # decoders fed with strangers' bytes raise whatever they like
        raise FileUnreadable from error
    return list({one.width: one for one in made}.values())


def _check_pixels(image: Image.Image) -> None:
    if image.width * image.height > (Image.MAX_IMAGE_PIXELS or 0):
        raise FileUnreadable


def _plain(image: Image.Image) -> Image.Image:
    return image.convert("RGBA" if image.mode in ALPHA or "transparency" in image.info else "RGB")


def _made(image: Image.Image, frame: Frame, profile: bytes | None) -> Framed:
    if frame.height is None:
        width = min(frame.width, image.width)
        shape = (width, max(1, round(image.height * width / image.width)))
    else:
        scale = min(1.0, image.width / frame.width, image.height / frame.height)
        shape = (max(1, round(frame.width * scale)), max(1, round(frame.height * scale)))
    sized = ImageOps.fit(image, shape, Image.Resampling.LANCZOS)
    if profile is not None:
        sized = _in_srgb(sized, profile)
    sized.info = {}
    out = io.BytesIO()
    sized.save(out, "WEBP", quality=QUALITY, icc_profile=None, exif=b"")
    return Framed(sized.width, out.getvalue())


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return the image in the colors every screen assumes: a profile kept would weigh more than a small picture, and may hide anything."""
    cms: Any = ImageCms  # its types are incomplete
    try:
        own = cms.ImageCmsProfile(io.BytesIO(profile))
        return cms.profileToProfile(image, own, cms.createProfile("sRGB"), outputMode=image.mode)
    except (ImageCms.PyCMSError, OSError):
        return image  # the profile is damaged, the picture is not
