"""Whom staff sends to: named filters alone, never a query of the sender's own."""

from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta

from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, Moment

NOBODY: Final = "Say whom: everyone, or at least one filter."
Words = Annotated[list[Annotated[str, Meta(min_length=1, max_length=60)]], Meta(min_length=1, max_length=50)]
Ids = Annotated[list[UUID], Meta(min_length=1, max_length=1000)]


class Audience(Body, frozen=True, kw_only=True):
    """Active members who meet every filter that is given; inside a list one is enough. `everyone` needs no filter."""

    everyone: bool = False
    account_ids: Ids | None = None
    roles: Words | None = None
    abilities: Words | None = None
    languages: Words | None = None
    timezones: Words | None = None
    skill_ids: Ids | None = None
    is_verified: bool | None = None
    registered_after: Moment | None = None
    registered_before: Moment | None = None

    @property
    def is_named(self) -> bool:
        """Whether it says whom at all."""
        return self.everyone or any(getattr(self, name) is not None for name in self.__struct_fields__ if name != "everyone")

    def parameters(self) -> list[object]:
        """Return the filters in the order of the statement that reads them."""
        return [
            self.account_ids,
            self.roles,
            self.abilities,
            None if self.languages is None else [language.lower() for language in self.languages],
            self.timezones,
            self.skill_ids,
            self.is_verified,
            self.registered_after,
            self.registered_before,
        ]


def check_named(audience: Audience, field: str = "audience") -> None:
    """Refuse an audience that says nothing: everybody must be meant on purpose."""
    if not audience.is_named:
        raise Invalid(FieldError(field, "body", "notifications.audience_missing", NOBODY))
    if audience.everyone and Audience(everyone=True) != audience:
        raise Invalid(FieldError(f"{field}.everyone", "body", "notifications.audience_ambiguous", "Everyone takes no filters beside it."))
