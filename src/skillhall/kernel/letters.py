"""The frame of every plain mail, so that all of a hall's mails read alike. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct


class Letter(Struct, frozen=True):
    """One message, ready to send."""

    subject: str
    text: str


def framed(subject: str, *paragraphs: str, name: str, community: str, link: str = "") -> Letter:
    """Return a letter to `name` that ends with where to read more and who writes; empty paragraphs are left out."""
    parts = [f"Hello {name}," if name else "Hello,", *paragraphs, f"Details: {link}" if link else "", community]
    return Letter(" ".join(subject.split()), "\n\n".join(part for part in parts if part) + "\n")


def local(at: datetime, zone: str) -> str:
    """Return an instant as a clock in the reader's time zone shows it."""
    return f"{at.astimezone(ZoneInfo(zone)):%A, %d %B %Y, %H:%M} ({zone})"
