"""Lists with optional filters, composed so that each combination is one stable text and values always are parameters.

A list is ordered by one of its sorts and then by its key. A cursor carries the last row's sort value and key and is bound to its sort.
Sort expressions must not be null (wrap a nullable column in `coalesce`): a null has no place in a keyset comparison.
"""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec
from msgspec import UNSET, Struct

from skillhall.kernel.db.statement import Statement, sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import ListQuery, Page

T = TypeVar("T")
COUNTED = 10_000
KEPT_TEXTS = 256
LIMITS = (20, 50, 100)
"""A literal LIMIT lets one plan serve every call; three of them keep the number of texts small."""
TYPES: dict[str, Any] = {"t": datetime, "d": date, "n": Decimal, "b": bool, "i": int, "f": float, "s": str, "u": UUID}
"""What a cursor can carry, each subclass before its base."""


class Cursor(Struct, frozen=True, array_like=True):
    """Where a page ended: the sort as it was asked for, the last row's sort value with the tag of its type, its key."""

    sort: str
    tag: str
    value: object
    key: UUID


class Listing:
    """One list. In `filters` and `search`, `{}` stands for the one parameter and may repeat; one without it is switched by a true value.

    `always` is a condition of every page, with literal constants (as partial indexes need them). A search that says LIKE or ILIKE
    gets its text with the wildcards escaped. `late` are the columns to answer and the joins they need, made for a page's rows
    alone (known as `page`): what nobody filters or sorts by costs twenty look-ups instead of a join of the whole list, and no count.
    """

    def __init__(
        self,
        *,
        columns: Statement,
        source: Statement,
        sorts: Mapping[str, Statement],
        default_sort: str,
        key: Statement,
        filters: Mapping[str, Statement] | None = None,
        search: Statement | None = None,
        always: Statement | None = None,
        late: tuple[Statement, Statement] | None = None,
    ) -> None:
        """Keep the parts; a text is composed when first needed, and the latest kept."""
        self.columns, self.source, self.sorts, self.default_sort, self.key = columns, source, sorts, default_sort, key
        self.filters = {**(filters or {}), **({"search": search} if search is not None else {})}
        self.always, self.late = always or sql("true"), late
        self._text = lru_cache(KEPT_TEXTS)(self.statement)
        self._is_pattern = search is not None and "LIKE" in search.upper()

    async def page(self, read: Read, query: ListQuery, *, decode: Callable[[Row], T], where: Mapping[str, object] | None = None) -> Page[T]:
        """Return one page; filters whose value is None or unset are left out. `decode` ignores the columns behind its own.

        With a cursor nothing is counted; an empty cursor starts such a walk.
        """
        sort = query.sort or self.default_sort
        if sort.removeprefix("-") not in self.sorts:
            raise _wrong("sort", "not_an_option", f"Sort by one of: {', '.join(sorted(self.sorts))}; a leading - turns the order.")
        given = self._given(where or {}, query.search)
        names, values = tuple(given), [value for name, value in given.items() if "{}" in self.filters[name]]
        after = decoded(query.cursor, sort) if query.cursor else None
        offset = 0 if query.cursor is not None else (query.page - 1) * query.limit
        is_counted = query.cursor is None
        text = self._text(sort, names, after=after is not None, offset=offset > 0, limit=query.limit, counted=is_counted)
        extra: list[object] = [] if after is None else [msgspec.convert(after.value, TYPES[after.tag]), after.key]
        try:
            rows = await read.rows(text, *values, *extra, *([offset] if offset else []))
        except asyncpg.DataError as error:
            if after is None:
                raise
            raise _wrong("cursor", "invalid", "This cursor does not belong to this list.") from error
        shown = rows[: query.limit]
        has_next = len(rows) > query.limit
        total = await self._total(read, names, values, offset, rows) if is_counted else None
        return Page(
            items=[decode(row) for row in shown],
            page=query.page,
            limit=query.limit,
            total=None if total is None else min(total, COUNTED),
            is_capped=total is not None and total > COUNTED,
            has_next=has_next,
            next_cursor=encoded(sort, shown[-1]) if has_next else None,
        )

    def statement(
        self, sort: str, names: Sequence[str], *, after: bool = False, offset: bool = False, limit: int = 20, counted: bool = False
    ) -> Statement:
        """Return the text of one combination: parameters are the filters in order, then sort value and key, then the offset.

        A `counted` one counts the whole list in the same round trip, and only when its page came full.
        """
        by, order, sign = self.sorts[sort.removeprefix("-")], *(("DESC", "<") if sort.startswith("-") else ("ASC", ">"))
        known = sum("{}" in self.filters[name] for name in names)
        where = self._where(names)
        if after:
            where += f" AND ({by}, {self.key}) {sign} (${known + 1}, ${known + 2})"
            known += 2
        most = next(size for size in LIMITS if size >= limit) + 1
        tail = f" OFFSET ${known + 1}" if offset else ""
        page = (
            f"SELECT {self.columns}, {by} AS cursor_value, {self.key} AS cursor_key FROM {self.source} WHERE {where} "  # noqa: S608 - parts are statements
            f"ORDER BY {by} {order}, {self.key} {order} LIMIT {most}{tail}"
        )
        if self.late is None and not counted:
            return Statement(page)
        columns, joins = self.late or ("page.*", "")
        columns += ", cursor_value, cursor_key" if self.late else ""
        columns += f", CASE WHEN count(*) OVER () = {most} THEN ({self.count_statement(names)}) END AS counted" if counted else ""
        return Statement(f"SELECT {columns} FROM ({page}) page {joins} ORDER BY cursor_value {order}, cursor_key {order}")  # noqa: S608 - parts are statements

    def count_statement(self, names: Sequence[str]) -> Statement:
        """Return the text that counts one combination, to one more than is ever told."""
        return Statement(f"SELECT count(*) FROM (SELECT 1 FROM {self.source} WHERE {self._where(names)} LIMIT {COUNTED + 1}) counted")  # noqa: S608 - parts are statements

    def statements(self) -> Iterator[Statement]:
        """Yield what a test should prepare: no filter, each alone, all together; every sort both ways, with and without a cursor."""
        for names in ((), *((name,) for name in self.filters), tuple(self.filters)):
            yield self.count_statement(names)
            for sort in self.sorts:
                for turned in (sort, f"-{sort}"):
                    yield self.statement(turned, names, offset=True, counted=True)
                    yield self.statement(turned, names, after=True)

    def _where(self, names: Sequence[str]) -> str:
        numbers = count(1)
        texts = (self.filters[name] for name in names)
        filled = (text.replace("{}", f"${next(numbers)}") if "{}" in text else text for text in texts)
        return " AND ".join(f"({text})" for text in (self.always, *filled))

    def _given(self, where: Mapping[str, object], search: str | None) -> dict[str, object]:
        """Return the filters that apply, in the order of the declaration, so that one combination is one text."""
        values: dict[str, object] = {**where}
        if search:
            values["search"] = search
        if unknown := values.keys() - self.filters.keys():
            if unknown == {"search"}:
                raise _wrong("search", "not_an_option", "This list cannot be searched.")
            raise LookupError(f"no such filters: {sorted(unknown)}")
        told = {name: value for name, value in values.items() if value not in (None, UNSET) and (value or "{}" in self.filters[name])}
        given = {name: told[name] for name in self.filters if name in told}
        if self._is_pattern and "search" in given:
            given["search"] = escaped(str(given["search"]))
        return given

    async def _total(self, read: Read, names: Sequence[str], values: Sequence[object], offset: int, rows: Sequence[Row]) -> int:
        """Return how many rows there are: a page that came full has counted them, another one knows it by itself unless it is empty."""
        if rows and (counted := rows[0]["counted"]) is not None:
            return counted
        return offset + len(rows) if rows or not offset else await read.value(self.count_statement(names), *values)


def escaped(text: str) -> str:
    """Return text for LIKE in which nothing is a wildcard."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def encoded(sort: str, row: Row) -> str:
    """Return the opaque cursor behind this row."""
    value = row["cursor_value"]
    tag = next((tag for tag, kind in TYPES.items() if isinstance(value, kind)), None)
    if tag is None:
        raise TypeError(f"The sort {sort!r} yields {value!r}: wrap it in coalesce, or cast it.")
    cursor = Cursor(sort, tag, value, row["cursor_key"])
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def decoded(text: str, sort: str) -> Cursor:
    """Return the cursor, or refuse one that is not ours or belongs to another sort."""
    try:
        cursor = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=Cursor)
        msgspec.convert(cursor.value, TYPES[cursor.tag])
    except (ValueError, KeyError, msgspec.MsgspecError) as error:
        raise _wrong("cursor", "invalid", "This is not a cursor of this list.") from error
    if cursor.sort != sort:
        raise _wrong("cursor", "other_sort", f"This cursor belongs to the sort {cursor.sort!r}.")
    return cursor


def _wrong(field: str, code: str, message: str) -> Invalid:
    return Invalid(FieldError(field, "query", code, message))
