"""The catalogue as a table (CSV): its columns, its cells, and every line that is wrong.

A list stands in one cell, its items between bars: `strings|instrument`. A prerequisite is `slug` or `slug:strength`, a related skill
`slug:kind` or `slug:kind:strength`. `hours` is the estimated learning time. A cell that a spreadsheet would take for a formula gets an
apostrophe in front, and loses it again.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from skillhall.kernel.http.fields import collect
from skillhall.kernel.shapes import View
from skillhall.kernel.sheets import FORMULA
from skillhall.skills.model.refusals import SheetUnreadable
from skillhall.skills.model.skill import Description, Difficulty, Hours, Name, Names, RelationKind, Settable, Slug, Strength, slug_of

COLUMNS: Final = (
    "slug", "name", "category", "subcategory", "difficulty", "description", "aliases", "tags", "tools", "industries", "hours",
    "prerequisites", "related", "status",
)  # fmt: skip
NEEDED: Final = ("name", "category", "difficulty")
LISTS: Final = ("aliases", "tags", "tools", "industries")
ESCAPED: Final = re.compile("'" + FORMULA.pattern)

NOTHING: Final[tuple[int, list[str], str]] = (1, [], "")


class Before(Struct, frozen=True, kw_only=True):
    """A skill to have before."""

    slug: Slug
    strength: Strength = 5


class Beside(Struct, frozen=True, kw_only=True):
    """A skill beside this one."""

    slug: Slug
    kind: RelationKind
    strength: Strength = 5


class Cells(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line. Without a slug it gets one from the name; a column that is not there leaves what is stored, an empty cell empties it."""

    name: Name
    slug: Slug | None = None
    category: Annotated[str, Meta(min_length=1)]
    subcategory: str | UnsetType | None = UNSET
    difficulty: Difficulty
    description: Description | UnsetType = UNSET
    aliases: Names | UnsetType = UNSET
    tags: Names | UnsetType = UNSET
    tools: Names | UnsetType = UNSET
    industries: Names | UnsetType = UNSET
    hours: Hours | UnsetType | None = UNSET
    prerequisites: Annotated[list[Before], Meta(max_length=30)] | UnsetType = UNSET
    related: Annotated[list[Beside], Meta(max_length=50)] | UnsetType = UNSET
    status: Settable | Literal[""] = ""


class Line(Struct, frozen=True, kw_only=True):
    """A line that can be read: where it begins in the file, and the slug it is about."""

    number: int
    slug: str
    cells: Cells

    @property
    def slugs(self) -> Iterator[str]:
        """The skill it is about, and those it links to."""
        yield self.slug
        yield from (link.slug for links in (self.cells.prerequisites, self.cells.related) for link in links or ())


class LineError(View, frozen=True, kw_only=True):
    """Why a line is refused: which line, which column (empty: the whole line), a code and a sentence."""

    line: int
    column: str
    code: str
    message: str


def read_sheet(data: bytes) -> tuple[list[Line], list[LineError]]:
    """Return the lines of a UTF-8 table, with or without a byte order mark, and all that is wrong with the others.

    The separator is a comma, or a semicolon when the head line has no comma.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise SheetUnreadable(problem=f"line {number} is not UTF-8; save the table as CSV UTF-8") from error
    head = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in head and "," not in head else ",", strict=True)
    _, first, _ = next(_records(rows), NOTHING)
    columns = _columns(first)
    lines: list[Line] = []
    errors: list[LineError] = []
    for number, cells, problem in _records(rows):
        wrong = [("", "malformed", problem)] if problem else list(_wrong(columns, cells))
        errors += [LineError(line=number, column=column, code=code, message=message) for column, code, message in wrong]
        if not wrong:
            read = msgspec.convert(_given(columns, cells), Cells, strict=False)
            lines.append(Line(number=number, slug=read.slug or slug_of(read.name), cells=read))
    return lines, errors


def _records(rows: Any) -> Iterator[tuple[int, list[str], str]]:  # noqa: ANN401 - the csv module names no type for a reader
    """Yield where each record begins, its cells, and what is wrong with its quotes; empty lines are left out."""
    while True:
        number = rows.line_num + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, [], f"The line cannot be read: {error}."
            continue
        if any(cell.strip() for cell in cells):
            yield number, [_plain(cell) for cell in cells], ""


def _columns(cells: list[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    problems = [f"there is no column {name}" for name in NEEDED if name not in columns]
    problems += [f"{name or 'a column without a name'} is not known" for name in columns if name not in COLUMNS]
    problems += [f"{name} is there twice" for name in COLUMNS if columns.count(name) > 1]
    if problems:
        raise SheetUnreadable(problem=f"{'; '.join(problems)}. The columns are {', '.join(COLUMNS)}")
    return columns


def _wrong(columns: list[str], cells: list[str]) -> Iterator[tuple[str, str, str]]:
    if len(cells) != len(columns):
        yield "", "cells", f"{len(cells)} cells instead of {len(columns)}."
        return
    for column, cell in zip(columns, cells, strict=True):
        if "\0" in cell:
            yield column, "unstorable", "Holds a NUL character."
    for error in collect(Cells, _given(columns, cells), "file", strict=False):
        yield error.field.partition(".")[0], error.code, error.message


def _given(columns: list[str], cells: list[str]) -> Mapping[str, object]:
    """Return the cells as what they stand for, each under its column."""
    given: dict[str, object] = {}
    for column, cell in zip(columns, cells, strict=True):
        if column == "prerequisites":
            given[column] = [_link(item, ("slug", "strength")) for item in _items(cell)]
        elif column == "related":
            given[column] = [_link(item, ("slug", "kind", "strength")) for item in _items(cell)]
        elif column in LISTS:
            given[column] = _items(cell)
        elif column in ("slug", "subcategory", "hours"):
            given[column] = cell.strip() or None
        else:
            given[column] = cell if column == "description" else cell.strip()
    return given


def _items(cell: str) -> list[str]:
    return [item.strip() for item in cell.split("|") if item.strip()]


def _link(item: str, names: tuple[str, ...]) -> dict[str, str]:
    parts = item.split(":", len(names) - 1)
    return {name: part.strip() for name, part in zip(names, parts, strict=False)}


def _plain(cell: str) -> str:
    return cell[1:] if ESCAPED.match(cell) else cell
