"""What the fakes of payment parties share: a process of its own over TCP, idempotency by key, webhooks, and, by seed, ill will.

With `--seed N` a call may be lost on the way, answered late, done and cut off, done and answered with 500, or refused with 503; a webhook
may come late, twice, out of order or not at all. Its fates are drawn one after the other: the same calls meet the same fates.
`/_fake/…` is the fake's back door: who pays what there, whom to tell, what is true.
"""

import argparse
import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import aiohttp
from aiohttp import web

from tests.support.stand_in import serve

CALLS = {"well": 70, "late": 6, "lost": 6, "cut": 7, "half": 6, "busy": 5}
NEWS = {"well": 60, "late": 10, "twice": 15, "last": 10, "never": 5}
SECONDS = 0.02


class Refuse(Exception):
    """A definite no in this party's own words."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


class FakeParty:
    """One party; a subclass adds its routes and speaks its language."""

    key_headers: tuple[str, ...] = ()

    def __init__(self) -> None:
        parser = argparse.ArgumentParser()
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--hang", type=float, default=0.0)
        given, _ = parser.parse_known_args()
        self.random = Random(given.seed) if given.seed else None
        self.hang = given.hang
        self.app = web.Application(middlewares=[self._hostile, self._once])
        self.address: list[str] = []
        self.app["address"] = self.address
        self.answers: dict[str, tuple[str, int, Any]] = {}
        self.running: dict[str, asyncio.Lock] = {}
        self.webhook = ""
        self.pending: list[tuple[bytes, dict[str, str]]] = []
        self.under_way: set[asyncio.Task[None]] = set()
        self.failing = 0
        self._number = 0
        self.app.router.add_post("/_fake/webhook", self._set_webhook)
        self.app.router.add_post("/_fake/forget", self._forget)
        self.app.router.add_post("/_fake/kind", self._set_kind)
        self.open_books()
        self.app.router.add_post("/_fake/flush", self._flush)

    def open_books(self) -> None:
        """Begin with nothing known."""
        raise NotImplementedError

    def new(self, prefix: str) -> str:
        self._number += 1
        return f"{prefix}{self._number:08d}"

    def now(self) -> int:
        return int(time.time())

    def run(self) -> None:
        asyncio.run(serve(self.app))

    def tell(self, body: Any, headers: dict[str, str], sign: Callable[[bytes], dict[str, str]]) -> None:
        """Send an event to the webhook, or lose it, as the seed has it."""
        if not self.webhook:
            return
        raw = json.dumps(body).encode()
        event = (raw, {"Content-Type": "application/json", **headers, **sign(raw)})
        fate = self._fate(NEWS)
        if fate == "last":
            self.pending.append(event)
        elif fate != "never":
            for _ in range(2 if fate == "twice" else 1):
                self._send(event, SECONDS if fate == "late" else 0)

    def _send(self, event: tuple[bytes, dict[str, str]], delay: float) -> None:
        async def send() -> None:
            await asyncio.sleep(delay)
            async with aiohttp.ClientSession() as session, session.post(self.webhook, data=event[0], headers=event[1]) as answer:
                if answer.status >= 400:
                    self.failing += 1

        task = asyncio.create_task(send())
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    def _fate(self, fates: dict[str, int]) -> str:
        return self.random.choices(list(fates), list(fates.values()))[0] if self.random else "well"

    @web.middleware
    async def _hostile(self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
        if request.path.startswith("/_fake"):
            return await handler(request)
        fate = self._fate(CALLS)
        if fate == "late":
            await asyncio.sleep(SECONDS)
        if fate == "lost":
            return self._cut(request)
        if fate == "busy":
            return web.json_response({}, status=503)
        answer = await handler(request)
        if self.hang and request.method == "POST" and "oauth" not in request.path:
            await asyncio.sleep(self.hang)
        if fate == "half":
            return web.json_response({}, status=500)
        return self._cut(request) if fate == "cut" else answer

    @staticmethod
    def _cut(request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    @web.middleware
    async def _once(self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
        """Answer a repeated key with what it was answered first; with another body it is refused."""
        key = next((request.headers[name] for name in self.key_headers if name in request.headers), None)
        if key is None:
            try:
                return await handler(request)
            except Refuse as refusal:
                return web.json_response(refusal.body, status=refusal.status)
        async with self.running.setdefault(key, asyncio.Lock()):
            print_of = hashlib.sha256(request.path.encode() + await request.read()).hexdigest()
            if key not in self.answers:
                self.answers[key] = (print_of, *await self._answered(request, handler))
            known, status, body = self.answers[key]
        if known != print_of:
            status, body = 400, self.other_body()
        return web.json_response(body, status=status)

    @staticmethod
    async def _answered(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> tuple[int, Any]:
        try:
            answer = await handler(request)
        except Refuse as refusal:
            return refusal.status, refusal.body
        assert isinstance(answer, web.Response)
        assert isinstance(answer.body, bytes)
        return answer.status, json.loads(answer.body)

    def other_body(self) -> Any:
        """What this party says when a key comes again with another body."""
        return {"error": {"code": "key_reused"}}

    async def _set_webhook(self, request: web.Request) -> web.Response:
        self.webhook = (await request.json())["url"]
        return web.json_response({})

    async def _forget(self, _request: web.Request) -> web.Response:
        self.answers.clear()
        self.webhook, self.pending = "", []
        self.open_books()
        return web.json_response({})

    async def _set_kind(self, request: web.Request) -> web.Response:
        """Be kind from now on, or hostile by `seed`, or slow by `hang` seconds."""
        wanted = await request.json()
        self.random = Random(wanted["seed"]) if wanted.get("seed") else None
        self.hang = wanted.get("hang", 0.0)
        return web.json_response({})

    async def _flush(self, _request: web.Request) -> web.Response:
        """Send what is held back, the newest first, and wait for everything that is under way."""
        pending, self.pending = self.pending, []
        for event in reversed(pending):
            self._send(event, 0)
        while self.under_way:
            await asyncio.gather(*self.under_way, return_exceptions=True)
        return web.json_response({"failing": self.failing})
