"""Refusals: every expected "no", as a class in a family, with a stable code and its facts as keywords.

The edge alone maps families to HTTP (architecture section 5). A refusal rolls its transaction back unless it says `keeps`.
"""

from typing import ClassVar

from msgspec import Struct


class FieldError(Struct, frozen=True):
    """One wrong field: dotted path, where it came from (body, query, path, header), code and a sentence."""

    field: str
    location: str
    code: str
    message: str


class Refusal(Exception):
    """The base of all families. Subclasses set `code` ("context.reason") and `message`, a format of the keywords."""

    code: ClassVar[str] = ""
    message: ClassVar[str] = ""
    keeps: ClassVar[bool] = False

    def __init__(self, **params: object) -> None:
        """Keep the facts; they become `params` on the wire, so they must be plain and public."""
        super().__init__(self.code)
        self.params = params

    @property
    def sentence(self) -> str:
        """The message with its facts filled in."""
        return self.message.format(**self.params)

    @property
    def details(self) -> tuple[FieldError, ...]:
        """The wrong fields; empty for everything but `Invalid`."""
        return ()


class Unauthenticated(Refusal):
    """Who are you? 401."""


class Forbidden(Refusal):
    """Not you. 403."""


class NotFound(Refusal):
    """No such thing, or none the caller may know of. 404."""


class Conflict(Refusal):
    """A fine request, but the world has moved. 409."""


class Refused(Refusal):
    """A rule of the domain says no. 422."""


class Invalid(Refusal):
    """Malformed: carries all field errors at once. 400."""

    code = "http.invalid"
    message = "Some fields are not valid."

    def __init__(self, *errors: FieldError, **params: object) -> None:
        """Keep every field error."""
        super().__init__(**params)
        self.errors = errors

    @property
    def details(self) -> tuple[FieldError, ...]:
        """The wrong fields."""
        return self.errors


class TooMany(Refusal):
    """Slow down: `retry_after` seconds is among the facts. 429."""


class Unavailable(Refusal):
    """Something we need does not answer now. 503."""


def all_refusals(root: type[Refusal] = Refusal) -> list[type[Refusal]]:
    """Return every declared refusal that has a code, by code: the source of docs/errors.md."""
    found = {cls for sub in root.__subclasses__() for cls in (sub, *all_refusals(sub)) if cls.code}
    return sorted(found, key=lambda cls: cls.code)
