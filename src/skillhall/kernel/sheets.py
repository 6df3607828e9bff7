"""Tables as text (CSV) that a spreadsheet opens without running anything in them."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")  # full-width signs begin a formula too


def write_rows(rows: Iterable[Sequence[str]]) -> str:
    """Return these rows as text. A cell that a spreadsheet would take for a formula gets an apostrophe in front."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) else cell
