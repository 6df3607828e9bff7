"""Whatever members, banks and the line between us do, in any order: no minor unit is ever without an explanation."""

import os
from collections.abc import Generator
from typing import NoReturn

import pytest
import structlog

from skillhall.kernel import ids
from skillhall.kernel.work import worker
from tests.payments.hostile import Community
from tests.support.full import IS_FULL
from tests.support.hall import TestHall

SEEDS = [int(seed) for seed in os.environ.get("SEEDS", "1").split(",")]
STEPS = int(os.environ.get("STEPS", "10000" if IS_FULL else "200"))
PROOF_EVERY = 500 if IS_FULL else 100


class Counting:
    """In place of `os` for new identifiers: those of one millisecond sort as they were made."""

    def __init__(self) -> None:
        self.count = 0

    def urandom(self, size: int) -> bytes:
        self.count += 1
        return (self.count << 4).to_bytes(size, "big")


def silent(*_args: object) -> NoReturn:
    """Drop a line of the log."""
    raise structlog.DropEvent


@pytest.fixture
def silence() -> Generator[None]:
    """Nothing is logged: what goes wrong on purpose fills pages."""
    before = structlog.get_config()
    structlog.configure(processors=[silent], cache_logger_on_first_use=False)
    yield
    structlog.configure(**before)


@pytest.mark.timeout(STEPS)
@pytest.mark.usefixtures("silence")
@pytest.mark.parametrize("seed", SEEDS)
async def test_no_unit_is_ever_without_an_explanation(hall: TestHall, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """`SEEDS=7 STEPS=900` runs a failed one again: one delivery after the other, in the order in which they were made."""
    monkeypatch.setattr(worker, "BATCH", 1)
    monkeypatch.setattr(ids, "os", Counting())
    community = Community(hall, seed)
    await community.settled_in()
    number = 0
    try:
        for number in range(1, STEPS + 1):
            await community.step(number)
            if number % PROOF_EVERY == 0:
                await community.proven(is_all_told=number % (2 * PROOF_EVERY) == 0)
                print(f"{number} steps, seed {seed}: proven")
        await community.proven(is_all_told=True)
    except BaseException:
        print(f"SEEDS={seed} STEPS={number}: {community.done}")
        raise
    print(community.done)
    assert await hall.pool.fetchval("SELECT count(*) FROM payments.payment WHERE captured > 0")
