"""Refusals: every expected "no", as a class in a family, with a stable code and its facts as keywords.

The edge alone maps families to HTTP. A refusal rolls its transaction back unless it says `keeps`.
"""

from collections.abc import Callable
from typing import ClassVar, ParamSpec, TypeVar

from msgspec import Struct

T = TypeVar("T")
P = ParamSpec("P")


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
        """Keep the facts; they become `params` on the wire (in camelCase), so they must be plain and public. An amount is `Money`."""
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
    def sentence(self) -> str:
        """Of a single wrong field its own sentence, which says more."""
        if self.message != Invalid.message or len(self.errors) != 1:
            return super().sentence
        (error,) = self.errors
        return error.message if error.field in error.message else f"{error.field}: {error.message}"

    @property
    def details(self) -> tuple[FieldError, ...]:
        """The wrong fields."""
        return self.errors


class Findings:
    """Collects what is wrong in the several parts of one input, so that all of it is told at once."""

    __slots__ = ("errors",)

    def __init__(self) -> None:
        """Nothing is wrong yet."""
        self.errors: list[FieldError] = []

    def of(self, part: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Return what `part` reads, or keep its wrong fields. What has no fields to tell (no JSON at all) is refused at once."""
        try:
            return part(*args, **kwargs)
        except Invalid as refusal:
            if not refusal.errors:
                raise
            self.errors += refusal.errors
            return None

    def check(self) -> None:
        """Refuse when anything was wrong."""
        if self.errors:
            raise Invalid(*self.errors)


class TooMany(Refusal):
    """Slow down: `retry_after` seconds is among the facts. 429."""


class Unavailable(Refusal):
    """Something we need does not answer now. 503."""


def all_refusals(root: type[Refusal] = Refusal) -> list[type[Refusal]]:
    """Return every declared refusal that has a code, by code: the source of docs/errors.md."""
    found = {cls for sub in root.__subclasses__() for cls in (sub, *all_refusals(sub)) if cls.code}
    return sorted(found, key=lambda cls: cls.code)
