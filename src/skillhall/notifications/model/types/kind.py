"""What a type of notice is."""

from typing import Final, Literal, get_args

from msgspec import Struct

Channel = Literal["in_app", "email", "push", "sms"]
Category = Literal["security", "account", "lessons", "work", "money", "messages", "community", "announcements"]
Priority = Literal["low", "normal", "high", "urgent"]
CHANNELS: Final[tuple[Channel, ...]] = get_args(Channel)
CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)


class Type(Struct, frozen=True, kw_only=True):
    """One type of notice: a dotted code, where it belongs, and by which channels it goes to who has chosen nothing.

    `channels` need not name in_app: it always is. `aliases` are older clients' names. `may_wait`: it goes into a digest when its reader
    wants one. `is_security`: its reader cannot turn it off, and quiet hours do not hold it. `action`: its words label a link.
    """

    code: str
    category: Category
    channels: frozenset[Channel] = frozenset({"in_app"})
    aliases: tuple[str, ...] = ()
    priority: Priority = "normal"
    is_security: bool = False
    may_wait: bool = True
    action: bool = True

    @property
    def is_for_anybody(self) -> bool:
        """Whether it also goes to who is not active and to an address that is not proven: security, and what becomes of the account."""
        return self.is_security or self.code.startswith("identity.")
