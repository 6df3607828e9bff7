"""Several processes: the receiver at one, the sender at another, which is killed in the middle; of the kernel, then of a hall."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from skillhall.kernel import ids
from tests.journeys.test_messages import open_talk
from tests.kernel.conftest import KernelHall
from tests.kernel.live.site import TABLE, token
from tests.live.node import Node, Socket, needs_node
from tests.support import database
from tests.support.server import ROOT, Process, Served, hall_on
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


async def say_until_cut(sender: Socket, where: dict[str, str], told: dict[str, str | None]) -> None:
    """Send messages, each under an id of its own, until nothing is acknowledged any more; keep what each was answered."""
    while None not in told.values():
        some = [str(ids.new()) for _ in range(8)]
        answers = await asyncio.gather(*(sender.emit("message:send", {**where, "content": one, "clientId": one}) for one in some))
        told |= {one: answer.get("id") for one, answer in zip(some, answers, strict=True)}


async def serving(served: Served) -> Process:
    """Start one more process that serves, on a port of its own."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        return await served.start("serve", listening=listening)


async def test_what_was_not_acknowledged_is_sent_again_at_another_process(server: str, template: str, browser: Node) -> None:
    async with database.database(server, template) as dsn, hall_on(dsn) as served:
        here, other = [await serving(served) for _ in range(2)]
        await served.start("work")
        served.base = here.base
        ada, ben = await served.person(), await served.person()
        talk = await open_talk(ada, ben)
        where, told = {"conversationId": talk["id"]}, dict[str, str | None]()
        receiver = await browser.connected(served.base, ben.token)
        sender = await browser.connected(other.base, ada.token, reconnection=False)
        await receiver.emit("room:join", {"room": f"conversation:{talk['id']}"})
        sending = asyncio.create_task(say_until_cut(sender, where, told))
        await receiver.until("message:new", 40)
        other.running.kill()
        await asyncio.wait_for(sending, 30)
        served.processes.remove(other)
        # nobody knows which of the last ones are there: all are sent again, and each is there once, as what was acknowledged before
        again = await browser.connected(served.base, ada.token)
        for client_id, id_ in told.items():
            resent = await again.emit("message:send", {**where, "content": client_id, "clientId": client_id})
            assert resent["clientId"] == client_id
            assert id_ in {None, resent["id"]}
        known, page = [], [{"sequence": 0}]
        while page := (await ben.get(f"/conversations/{talk['id']}/messages?limit=100&after={page[-1]['sequence']}")).data:
            known += page
        assert [said["sequence"] for said in known] == list(range(1, len(told) + 1))
        assert {said["clientId"] for said in known} == set(told)
        # who listens at the other process heard each at most once, and catches up on the rest
        await receiver.node.until(lambda: receiver.heard("message:new")[-1]["sequence"] == len(told), receiver, "the last message")
        live = [said["sequence"] for said in receiver.heard("message:new")]
        assert live == sorted(set(live))
        for socket_ in (receiver, sender, again):
            socket_.close()
        await served.check()
