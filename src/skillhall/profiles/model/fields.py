"""The fields of a profile on the wire."""

from typing import Annotated, Literal

from msgspec import Meta

Kind = Literal["innovator", "mentor", "investor", "academic_student", "academic_institution", "organization", "professional"]
PICTURES = "/api/v1/profiles/pictures/"
# `$` alone would let a line break follow, and "mira" and "mira\n" be two usernames.
DisplayName = Annotated[
    str, Meta(min_length=1, max_length=255, pattern=r"\S", description="Text that is not blank", examples=["Mira Sommer"])
]
Username = Annotated[
    str,
    Meta(
        min_length=3,
        max_length=100,
        pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])$(?!\n)",
        description="Letters, digits, and . _ - between them",
        examples=["mira.sommer"],
    ),
]
WebAddress = Annotated[
    str,
    Meta(
        max_length=2000,
        pattern=r"^https?://[^\s/]+\S*$(?!\n)",
        description="An address that begins with https:// or http://",
        examples=["https://example.org"],
    ),
]
PictureAddress = Annotated[
    str,
    Meta(
        max_length=2000,
        pattern=r"^(https?://[^\s/]|/api/v1/files/|/api/v1/profiles/pictures/)\S*$(?!\n)",
        description="An address that begins with https:// or http://, or that of a file here",
        examples=["https://example.org/mira.jpg"],
    ),
]
Bio = Annotated[str, Meta(max_length=2000)]
Place = Annotated[str, Meta(max_length=255, examples=["Leipzig"])]
Phone = Annotated[str, Meta(pattern=r"^\+?[0-9][0-9 ()./-]{4,30}$(?!\n)", description="A phone number", examples=["+49 341 1234567"])]
