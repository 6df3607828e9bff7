"""Looking at words before they are sent."""

from typing import Annotated

from msgspec import Meta, field

from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Body, View

Given = Annotated[dict[str, Money | int | Annotated[str, Meta(max_length=4000)]], Meta(max_length=30)]


class Preview(Body, frozen=True, kw_only=True):
    """A type, and the facts its words speak of; those left out are shown by their names."""

    type: Annotated[str, Meta(max_length=80)]
    facts: Given = field(default_factory=dict)
    locale: Annotated[str, Meta(max_length=20)] | None = None
    timezone: Annotated[str, Meta(max_length=60)] | None = None
    is_sent_to_me: bool = False


class WordsView(View, frozen=True, kw_only=True):
    """What a reader of one language is told."""

    title: str
    text: str
    html: str
    action: str


class PreviewView(View, frozen=True, kw_only=True):
    """The words of a type by language, the facts it speaks of, and the notification that was sent, if one was."""

    type: str
    category: str
    channels: list[str]
    facts: list[str]
    languages: dict[str, WordsView]
    sent: bool
