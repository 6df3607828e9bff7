"""What fits together in a member's list."""

from typing import Any

import pytest

from skillhall.kernel.money import CREDIT, Money
from skillhall.skills.model.member import LEVELS, ListedSkill, Purpose, faults
from tests.skills.builders import CELLO


def wrong(purpose: Purpose, **fields: Any) -> dict[str, str]:
    one = ListedSkill(**{"skill_id": CELLO, "level": "intermediate", **fields})
    return {error.field: error.code for error in faults(purpose, one, "teach.0.")}


def test_what_fits() -> None:
    assert not wrong("learn", target_level="expert", goal="Play Bach.")
    assert not wrong("learn")
    for purpose in ("teach", "work"):
        assert not wrong(purpose, rate=Money(30, CREDIT))
        assert not wrong(purpose, rate=Money(0, "EUR"))


def test_everything_that_does_not_is_named() -> None:
    found = wrong("teach", target_level="expert", goal="Play Bach.", rate=Money(-1, CREDIT))
    assert found == {"teach.0.targetLevel": "not_for_purpose", "teach.0.goal": "not_for_purpose", "teach.0.rate.amount": "too_small"}
    assert wrong("learn", rate=Money(1, CREDIT)) == {"teach.0.rate": "not_for_purpose"}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("target", LEVELS)
def test_a_target_is_above_the_level(level: str, target: str) -> None:
    is_above = LEVELS.index(target) > LEVELS.index(level)  # pyright: ignore[reportArgumentType]
    assert wrong("learn", level=level, target_level=target) == ({} if is_above else {"teach.0.targetLevel": "not_above"})
