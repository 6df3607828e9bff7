"""Pictures in fixed sizes."""

import io
from typing import Any, Literal

import pytest
from PIL import Image, ImageCms

from skillhall.kernel.outside.pictures import Frame, Framed, framed
from skillhall.kernel.outside.storage import FORMATS, FileUnreadable
from tests.kernel.outside.test_storage import SECRET_TEXT, picture

SQUARES = (Frame(16, 16), Frame(8, 8))


def opened(made: Framed) -> Image.Image:
    image = Image.open(io.BytesIO(made.body), formats=["WEBP"])
    assert image.width == made.width
    return image


@pytest.mark.parametrize("media", list(FORMATS))
@pytest.mark.parametrize("orientation", [None, 6])
async def test_every_format_is_cut_upright_and_cleaned(media: str, orientation: int | None) -> None:
    large, small = await framed(picture(FORMATS[media], orientation), media, SQUARES)
    assert (opened(large).size, opened(small).size) == ((16, 16), (8, 8))
    for made in (large, small):
        assert SECRET_TEXT not in made.body
        assert not opened(made).getexif()
    green = (8, 2) if orientation == 6 and media != "image/gif" else (2, 8)
    pixel: Any = opened(large).convert("RGB").getpixel(green)
    assert pixel[1] > pixel[0]


async def test_it_is_only_made_narrower_without_a_height() -> None:
    (made,) = await framed(picture("PNG"), "image/png", (Frame(30),))
    assert opened(made).size == (30, 20)


async def test_nothing_is_enlarged_and_each_width_comes_once() -> None:
    (cut,) = await framed(picture("PNG"), "image/png", (Frame(512, 512), Frame(256, 256)))
    (whole,) = await framed(picture("PNG"), "image/png", (Frame(1500), Frame(750)))
    assert (opened(cut).size, opened(whole).size) == ((40, 40), (60, 40))


async def test_what_shines_through_still_does() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(out, "PNG")
    (made,) = await framed(out, "image/png", (Frame(10, 10),))
    pixel: Any = opened(made).convert("RGBA").getpixel((5, 5))
    assert pixel[3] == 0


def color_profile(space: Literal["sRGB", "LAB"]) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(space)).tobytes()


SWAPPED = color_profile("sRGB").replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize(
    ("profile", "strong"), [(color_profile("sRGB"), 0), (SWAPPED, 2), (color_profile("LAB"), 0), (b"no profile", 0)]
)  # fmt: skip
async def test_a_color_profile_is_followed_and_not_kept(mode: str, profile: bytes, strong: int) -> None:
    out = io.BytesIO()
    Image.new(mode, (20, 20), "red").save(out, "PNG", icc_profile=profile + SECRET_TEXT)
    assert Image.open(out).info["icc_profile"].endswith(SECRET_TEXT)
    (made,) = await framed(out, "image/png", (Frame(10, 10),))
    image = opened(made)
    assert (image.info.get("icc_profile"), SECRET_TEXT in made.body) == (None, False)
    pixel: Any = image.convert("RGB").getpixel((5, 5))
    assert [number for number, part in enumerate(pixel) if part > 200] == [strong]


async def test_damage_and_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for broken in (b"\x89PNG\r\n\x1a\n" + bytes(50), picture("JPEG").getvalue()[:200]):
        with pytest.raises(FileUnreadable):
            await framed(io.BytesIO(broken), "image/png" if broken[1:4] == b"PNG" else "image/jpeg", SQUARES)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(FileUnreadable):
        await framed(picture("PNG"), "image/png", SQUARES)
