"""The endpoints that the systems Skillhall replaces document: every one answers at its method and path, 501 until its context is built."""

import csv
import re
from importlib.resources import files

from msgspec import Struct

SHORT = re.compile(r"^/api/(?!v\d+/|docs)")


class Documented(Struct, frozen=True):
    """One row: which source names it, method, the path as the edge routes it, and the context that answers."""

    source: str
    method: str
    path: str
    context: str


def documented() -> list[Documented]:
    """Return all documented endpoints with their canonical paths."""
    text = (files("skillhall.deploy") / "documented_endpoints.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t")
    return [Documented(row["source"], row["method"], SHORT.sub("/api/v1/", row["path"]), row["context"]) for row in rows]
