"""Identifiers sort by time, and the same parts make the same id."""

import time
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from skillhall.kernel import ids


def test_new_is_version_7_and_sorts_by_time() -> None:
    first = ids.new()
    time.sleep(0.002)
    second = ids.new()
    assert (first.version, first.variant) == (7, uuid4().variant)
    assert first < second
    assert abs((first.int >> 80) / 1000 - time.time()) < 5


@given(st.lists(st.text(st.characters(exclude_characters="\x00")), min_size=1, max_size=4), st.lists(st.text(), min_size=1, max_size=4))
def test_derived_is_the_same_for_the_same_parts_only(parts: list[str], others: list[str]) -> None:
    assert ids.derived(*parts) == ids.derived(*parts)
    assert ids.derived(*parts).version == 8
    if parts != others and not any("\x00" in other for other in others):
        assert ids.derived(*parts) != ids.derived(*others)


def test_parts_do_not_run_together() -> None:
    assert ids.derived("a", "bc") != ids.derived("ab", "c")
