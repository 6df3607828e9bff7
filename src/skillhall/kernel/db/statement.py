"""Named SQL: constants that tests find by their call of `sql`, prepare against the migrated schema, and read."""

from typing import LiteralString, NewType

Statement = NewType("Statement", str)


def sql(text: LiteralString) -> Statement:
    """Mark `text`, with `$1` parameters, as a statement of the house: a module-level constant of a store, of queries or of the kernel."""
    return Statement(text)
