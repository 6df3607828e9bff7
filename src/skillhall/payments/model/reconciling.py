"""Comparing books and statements: what each says about one thing, and why they differ. Pure."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.shapes import Subject

Cause = Literal["unheard", "fee", "unknown", "in_transit", "imported", "missing", "differs", "failed"]
MOVEMENT: Final = "movement"
EXPLAINED: Final = frozenset({"in_transit", "imported"})
"""An open difference of these causes is nobody's mistake."""


class Line(Struct, frozen=True, kw_only=True):
    """A line of a statement as we keep it; `about` is what it belongs to here, once that is known."""

    id: UUID
    provider: str
    number: str
    kind: str
    amount: int
    fee: int
    asset: str
    ref: str
    our_id: UUID | None
    at: datetime
    about_kind: str | None = None
    about_id: UUID | None = None

    @property
    def gross(self) -> int:
        """What it moved beside fees."""
        return 0 if self.kind == "fee" else self.amount


class Sums(Struct, frozen=True, kw_only=True):
    """What one side says of one thing: `gross` came to us (below zero: left us), of which the provider kept `fee`.

    `adopted` is what came in bulk from elsewhere: no statement will have it.
    """

    gross: int = 0
    fee: int = 0
    lines: int = 0
    last_at: datetime | None = None
    adopted: int = 0

    @property
    def net(self) -> int:
        """What is there of it."""
        return self.gross - self.fee


class Difference(Struct, frozen=True, kw_only=True):
    """Books and statements do not agree about one thing, or did not until it was mended."""

    about: Subject
    asset: str
    cause: Cause
    booked: int
    stated: int
    note: str = ""

    @property
    def is_explained(self) -> bool:
        """Nobody has to do anything about it."""
        return self.cause in EXPLAINED


class Total(Struct, frozen=True, kw_only=True, rename="camel"):
    """One currency at a provider: what the books say, what the statements say, and how much of the difference has no known cause."""

    currency: str
    booked: int
    stated: int
    unexplained: int


class Findings(Struct, frozen=True, kw_only=True):
    """What a comparison has found: everything that was looked at, and of that what differs now."""

    compared: list[tuple[Subject, str]]
    differences: list[Difference]
    totals: list[Total]

    @property
    def is_clean(self) -> bool:
        """Every minor unit is explained."""
        return all(one.is_explained for one in self.differences) and not any(total.unexplained for total in self.totals)


def fee_to_book(booked: Sums, stated: Sums) -> int:
    """Return what the provider kept that is not booked yet (below zero: gave back), where nothing else differs."""
    return stated.fee - booked.fee if booked.gross == stated.gross else 0


def cause_of(booked: Sums, stated: Sums, covered: datetime, *, is_imported: bool) -> Cause:
    """Return why they differ. What was booked after `covered` may be on a statement to come."""
    if (is_imported and not stated.lines) or (booked.adopted and booked.net - booked.adopted == stated.net):
        return "imported"
    if booked.last_at is not None and booked.last_at >= covered:
        return "in_transit"
    return "differs" if stated.lines else "missing"


def totals(booked: dict[str, int], stated: dict[str, int], differences: list[Difference]) -> list[Total]:
    """Return what is left unexplained in each currency: the whole difference, without those that have a cause nobody must mend."""
    found: list[Total] = []
    for asset in sorted({*booked, *stated}):
        explained = sum(one.booked - one.stated for one in differences if one.asset == asset and one.is_explained)
        has, said = booked.get(asset, 0), stated.get(asset, 0)
        found.append(Total(currency=asset, booked=has, stated=said, unexplained=has - said - explained))
    return found
