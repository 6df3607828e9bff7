"""Several processes: the receiver at one, the sender at another, which is killed in the middle."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from skillhall.kernel import ids
from tests.kernel.conftest import KernelHall
from tests.kernel.live.site import TABLE, token
from tests.live.node import Node, Socket, needs_node
from tests.support.server import ROOT
from tests.support.services import REDIS_URL, needs_redis

pytestmark = [pytest.mark.npm, needs_node]


@contextmanager
def process(dsn: str, redis_url: str) -> Generator[tuple[str, subprocess.Popen[bytes]]]:
    """Start a process; it listens from the first moment, and answers when it is ready."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        command = [sys.executable, "-m", "tests.live.process", dsn, str(listening.fileno()), redis_url]
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        running = subprocess.Popen(command, cwd=ROOT, env=environment, pass_fds=[listening.fileno()])
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        yield base, running
    finally:
        running.kill()
        running.wait()


async def send_until_cut(sender: Socket, room: str, acknowledged: list[int]) -> None:
    """Send, eight at a time, until nothing is acknowledged any more."""
    while True:
        sent = await asyncio.gather(*(sender.emit("message:send", {"conversationId": room, "content": "x"}) for _ in range(8)))
        acknowledged += [told["sequence"] for told in sent if "sequence" in told]
        if not all("sequence" in told for told in sent):
            return


@pytest.mark.parametrize("redis_url", ["", pytest.param(REDIS_URL, marks=needs_redis)], ids=["postgres", "redis"])
async def test_the_sender_s_process_is_killed(kernel: KernelHall, browser: Node, redis_url: str) -> None:
    await kernel.pool.execute(TABLE)
    mira, taro, room = ids.new(), ids.new(), str(ids.new())
    with process(kernel.dsn, redis_url) as (at_a, _), process(kernel.dsn, redis_url) as (at_b, b):
        receiver, other = browser.connect(at_a, token(mira), timeout=30_000), browser.connect(at_b, token(taro), timeout=30_000)
        for one in (receiver, other):
            await one.fact("connect")
            await one.emit("room:join", {"room": f"conversation:{room}"})
        acknowledged: list[int] = []
        sending = asyncio.create_task(send_until_cut(other, room, acknowledged))
        await receiver.until("message:new", 60)
        b.kill()
        assert (await other.fact("disconnect"))["reason"] in {"transport close", "transport error"}
        # what reached the receiver rises; what is missing between or behind, it catches up on by sequence
        live = [said["sequence"] for said in receiver.heard("message:new")]
        assert live == sorted(set(live))
        assert live[:60] == list(range(1, 61))  # nothing is missing before the kill
        again = await browser.connected(at_a, token(taro))  # the sender goes on at another process
        last = (await again.emit("message:send", {"conversationId": room, "content": "I am back"}))["sequence"]
        await receiver.node.until(lambda: receiver.heard("message:new")[-1]["sequence"] == last, receiver, f"message {last}")
        caught_up = await receiver.emit("message:read", {"conversationId": room, "upToSequence": 60})
        known = {*live, *(row["sequence"] for row in caught_up)}
        assert sorted(known) == list(range(1, last + 1))
        assert await kernel.pool.fetchval("SELECT count(*) FROM kernel.said") == last
        await asyncio.wait_for(sending, 30)
        assert set(acknowledged) <= known  # what was acknowledged is there
        for one in (receiver, other, again):
            one.close()
