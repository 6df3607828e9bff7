"""Reactions: one emoji of one person to one message."""

import re
import unicodedata
from typing import Annotated, Final

from msgspec import Meta

from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body

KINDS: Final = 20
"""How many different emoji one message may bear."""
SYMBOLS: Final = frozenset({"So", "Sm", "Po", "Cn"})
_SIGN: Final = "[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
_BEARING: Final = f"{_SIGN}\ufe0f?[\U0001f3fb-\U0001f3ff]?(?:[\U000e0020-\U000e007e]+\U000e007f)?"
_EMOJI: Final = re.compile(f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_BEARING}(?:\u200d{_BEARING})*")


class NewReaction(Body, frozen=True, kw_only=True):
    """What somebody feels about a message: one emoji."""

    emoji: Annotated[str, Meta(min_length=1, max_length=16, examples=["👍"])]

    @property
    def sign(self) -> str:
        """The emoji; refuses what is none, or more than one."""
        return checked(self.emoji, "body")


def is_emoji(text: str) -> bool:
    """Return whether this is one emoji: a sign with its modifiers, joined signs, a flag, or a keycap."""
    if not _EMOJI.fullmatch(text):
        return False
    return text[0] in "0123456789#*" or unicodedata.category(text[0]) in SYMBOLS


def checked(emoji: str, location: str = "path") -> str:
    """Return an emoji, or refuse it where it came from."""
    if not is_emoji(emoji):
        raise Invalid(FieldError("emoji", location, "messaging.not_an_emoji", "Send one emoji."))
    return emoji
