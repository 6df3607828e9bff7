"""The real socket.io-client in a node process, spoken to by lines of JSON; and the marker of the tests that need it."""

import asyncio
import itertools
import json
import os
import shutil
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest

HERE: Final = Path(__file__).parent
IS_REQUIRED: Final = os.environ.get("SKILLHALL_REQUIRE_SERVICES") == "1"
WITHIN: Final = 40.0
needs_node: Final = pytest.mark.skipif(not IS_REQUIRED and shutil.which("npm") is None, reason="node and npm are not installed")


def install() -> None:
    """Install what package-lock.json names, if it is not there; skip where the registry cannot be reached."""
    lock, done = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    ran = subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, capture_output=True, text=True, timeout=110, check=False)
    if ran.returncode and not IS_REQUIRED:
        pytest.skip(f"npm cannot install socket.io-client: {ran.stderr.strip()[-200:]}")
    assert ran.returncode == 0, ran.stderr


class Socket:
    """One socket of the node process."""

    def __init__(self, node: "Node", number: int) -> None:
        self.node = node
        self.number = number
        self.facts: list[dict[str, Any]] = []

    async def emit(self, event: str, *args: Any) -> Any:
        """Send an event; return what acknowledges it."""
        return await self.node.ask(self.number, event, args)

    def tell(self, event: str, *args: Any) -> None:
        """Send an event that asks for no acknowledgment."""
        self.node.say(op="tell", id=self.number, event=event, args=args)

    def close(self) -> None:
        self.node.say(op="close", id=self.number)

    def heard(self, event: str) -> list[Any]:
        """Return the first argument of every event of this name so far."""
        return [(fact["args"] or [None])[0] for fact in self.facts if fact["is"] == "event" and fact["event"] == event]

    def names(self) -> list[str]:
        return [fact["event"] for fact in self.facts if fact["is"] == "event"]

    async def until(self, event: str, count: int = 1) -> Any:
        """Wait for so many events of this name; return the last one's argument."""
        return (await self.node.until(lambda: (found := self.heard(event)) and len(found) >= count and found, self, event))[count - 1]

    async def fact(self, kind: str, count: int = 1) -> dict[str, Any]:
        """Wait for connect, connect_error, disconnect or upgrade."""
        found = await self.node.until(
            lambda: (found := [fact for fact in self.facts if fact["is"] == kind]) and len(found) >= count and found, self, kind
        )
        return found[count - 1]


class Node:
    """The process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._sockets: dict[int, Socket] = {}
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._numbers = itertools.count(1)
        self._news = asyncio.Condition()

    def connect(self, url: str, token: str | None = None, *, upgrade: bool = False, **options: Any) -> Socket:
        """Open a socket; `upgrade`: by polling first."""
        socket = Socket(self, next(self._numbers))
        self._sockets[socket.number] = socket
        auth = {} if token is None else {"auth": {"token": token}}
        ways = {} if upgrade else {"transports": ["websocket"]}
        self.say(op="connect", id=socket.number, url=url, options={**auth, **ways, **options})
        return socket

    async def connected(self, url: str, token: str, **options: Any) -> Socket:
        """Open a socket and wait until it is connected."""
        socket = self.connect(url, token, **options)
        await socket.fact("connect")
        return socket

    def say(self, **command: Any) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(command).encode() + b"\n")

    async def ask(self, number: int, event: str, args: Any) -> Any:
        n = next(self._numbers)
        self._answers[n] = asyncio.get_running_loop().create_future()
        self.say(op="emit", id=number, n=n, event=event, args=args)
        try:
            return await asyncio.wait_for(self._answers[n], WITHIN)
        finally:
            del self._answers[n]

    async def until(self, found: Any, socket: Socket, what: str) -> Any:
        async def wait() -> Any:
            async with self._news:
                while not (facts := found()):
                    await self._news.wait()
                return facts

        try:
            return await asyncio.wait_for(wait(), WITHIN)
        except TimeoutError:
            raise AssertionError(f"no {what}: {socket.facts[-5:]}") from None

    async def listen(self) -> None:
        """Sort what the process says."""
        assert self._process.stdout
        async for line in self._process.stdout:
            fact = json.loads(line)
            if "n" in fact:
                future = self._answers.get(fact["n"])
                if future is not None and not future.done():
                    answer = fact["answer"][0] if fact["answer"] else None
                    future.set_result({"timeout": fact["error"]} if fact["error"] else answer)
                continue
            self._sockets[fact["id"]].facts.append(fact)
            async with self._news:
                self._news.notify_all()


@asynccontextmanager
async def node() -> AsyncGenerator[Node]:
    """Run the process."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec("node", "client.mjs", cwd=HERE, stdin=pipe, stdout=pipe, limit=2**24)
    opened = Node(process)
    listening = asyncio.create_task(opened.listen())
    try:
        yield opened
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()
        await listening
