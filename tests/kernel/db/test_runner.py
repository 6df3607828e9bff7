"""One command, one transaction: what commits, what rolls back, what is rerun, and which lock order is refused."""

import asyncio
from contextlib import AsyncExitStack

import asyncpg
import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import STRANGER
from skillhall.kernel.db import pool
from skillhall.kernel.db.idempotency import Claim, Encoded, InProgress, KeyReused
from skillhall.kernel.db.tx import LockOrderError, Tx
from skillhall.kernel.http.problem import is_transient
from skillhall.kernel.shapes import Subject
from tests.kernel import sample
from tests.kernel.conftest import KernelHall


async def test_a_command_commits_with_what_it_said(kernel: KernelHall) -> None:
    async def work(tx: Tx) -> int:
        await sample.note(tx, "one")
        tx.publish(sample.Happened(thing_id=ids.new(), number=7))
        tx.enqueue(sample.Note(text="two"))
        tx.audit("sample.wrote", Subject("thing", ids.NIL), None, {"a": 1}, "because")
        return 5

    assert await kernel.runner.run(work, actor=STRANGER) == 5
    assert await kernel.notes() == ["one"]
    assert await kernel.pool.fetchval("SELECT count(*) FROM kernel.event") == 1
    assert await kernel.pool.fetchval("SELECT count(*) FROM kernel.delivery") == 2
    assert await kernel.pool.fetchval("SELECT reason FROM kernel.audit") == "because"


async def test_a_refusal_rolls_everything_back(kernel: KernelHall) -> None:
    async def work(tx: Tx) -> None:
        await sample.note(tx, "one")
        tx.publish(sample.Happened(thing_id=ids.new()))
        raise sample.No(why="because")

    with pytest.raises(sample.No) as refusal:
        await kernel.runner.run(work, actor=STRANGER)
    assert refusal.value.sentence == "No, because."
    assert await kernel.notes() == []
    assert await kernel.pool.fetchval("SELECT count(*) FROM kernel.event") == 0


async def test_a_refusal_that_keeps_commits_what_was_written_and_said(kernel: KernelHall) -> None:
    async def work(tx: Tx) -> None:
        await sample.note(tx, "one")
        tx.publish(sample.Happened(thing_id=ids.new()))
        raise sample.Remembered

    with pytest.raises(sample.Remembered):
        await kernel.runner.run(work, actor=STRANGER)
    assert await kernel.notes() == ["one"]
    assert await kernel.pool.fetchval("SELECT count(*) FROM kernel.event") == 1


async def test_a_savepoint_undoes_rows_words_and_rank(kernel: KernelHall) -> None:
    async def work(tx: Tx) -> None:
        await sample.note(tx, "one")
        with pytest.raises(sample.No):  # noqa: PT012 - the savepoint is what is tested
            async with tx.savepoint():
                await sample.note(tx, "two")
                await sample.lock_second(tx, "one")
                tx.publish(sample.Happened(thing_id=ids.new()))
                tx.has_posted = True
                raise sample.No(why="because")
        assert not tx.has_posted
        assert not tx.events
        await sample.lock_first(tx, "one")

    await kernel.runner.run(work, actor=STRANGER)
    assert await kernel.notes() == ["one"]


async def test_a_rank_that_falls_is_refused(kernel: KernelHall) -> None:
    async def work(tx: Tx) -> None:
        await sample.lock_second(tx, "one")
        await sample.lock_first(tx, "one")

    with pytest.raises(LockOrderError, match=r"lock_first locks at 30\.1 after .*lock_second locked at 70\.0"):
        await kernel.runner.run(work, actor=STRANGER)


async def test_a_deadlock_reruns_the_whole_command(kernel: KernelHall) -> None:
    attempts = 0
    await kernel.work(sample.note, "a")
    await kernel.work(sample.note, "b")

    both_hold_one = asyncio.Barrier(2)

    async def cross(first: str, second: str) -> None:
        async def work(tx: Tx) -> None:
            nonlocal attempts
            attempts += 1
            await tx.row(sample.LOCK, first)
            if attempts <= 2:
                await both_hold_one.wait()
            await tx.row(sample.LOCK, second)

        await kernel.runner.run(work, actor=STRANGER)

    await asyncio.gather(cross("a", "b"), cross("b", "a"))
    assert attempts == 3


async def test_after_three_attempts_the_error_comes_out(kernel: KernelHall) -> None:
    attempts = 0

    async def work(_tx: Tx) -> None:
        nonlocal attempts
        attempts += 1
        raise asyncpg.SerializationError("again")

    with pytest.raises(asyncpg.SerializationError):
        await kernel.runner.run(work, actor=STRANGER)
    assert attempts == 3


async def test_nobody_waits_for_a_connection_for_ever(kernel: KernelHall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "ACQUIRE_SECONDS", 0.05)
    async with AsyncExitStack() as held:
        for _ in range(kernel.pool.get_max_size()):
            await held.enter_async_context(kernel.pool.acquire())
        with pytest.raises(TimeoutError) as waited:
            await kernel.pool.fetchval("SELECT 1")
        assert is_transient(waited.value)  # 503, not 500
    assert await kernel.pool.fetchval("SELECT 1") == 1


def _writes(kernel: KernelHall, claim: Claim, *, slow: float = 0, secret: bool = False):  # noqa: ANN202
    async def work(tx: Tx) -> Encoded:
        await sample.note(tx, str(ids.new()))
        await asyncio.sleep(slow)
        return Encoded(status=201, body=b'{"n":1}', headers={"location": "/x"}, secret=secret)

    return kernel.runner.answer(work, actor=STRANGER, claim=claim)


async def test_the_same_key_gives_the_same_answer(kernel: KernelHall) -> None:
    claim = Claim(ids.new(), "key-12345", "write", b"hash")
    first = await _writes(kernel, claim)
    again = await _writes(kernel, claim)
    assert (first.body, first.status, first.headers, first.replayed) == (again.body, again.status, again.headers, False)
    assert again.replayed
    assert len(await kernel.notes()) == 1


async def test_sixteen_with_one_key_run_once(kernel: KernelHall) -> None:
    claim = Claim(ids.new(), "key-12345", "write", b"hash")
    answers = await kernel.race(*(lambda: _writes(kernel, claim, slow=0.05) for _ in range(16)))
    ran = [answer for answer in answers if isinstance(answer, Encoded) and not answer.replayed]
    others = [answer for answer in answers if answer not in ran]
    assert len(ran) == 1
    assert all(isinstance(other, InProgress) or other.replayed for other in others)
    assert len(await kernel.notes()) == 1


@pytest.mark.parametrize("other", [("other", b"hash"), ("write", b"else")])
async def test_the_same_key_for_something_else_is_refused(kernel: KernelHall, other: tuple[str, bytes]) -> None:
    caller = ids.new()
    await _writes(kernel, Claim(caller, "key-12345", "write", b"hash"))
    with pytest.raises(KeyReused):
        await _writes(kernel, Claim(caller, "key-12345", *other))
    assert len(await kernel.notes()) == 1


async def test_a_refused_attempt_frees_its_key_and_secrets_are_never_stored(kernel: KernelHall) -> None:
    claim = Claim(ids.new(), "key-12345", "write", b"hash")

    async def refuse(tx: Tx) -> Encoded:
        await sample.note(tx, "gone")
        raise sample.No(why="because")

    with pytest.raises(sample.No):
        await kernel.runner.answer(refuse, actor=STRANGER, claim=claim)
    assert not (await _writes(kernel, claim, secret=True)).replayed
    assert not (await _writes(kernel, claim)).replayed
    assert len(await kernel.notes()) == 2
