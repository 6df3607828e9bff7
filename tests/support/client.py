"""An HTTP client for journeys: speaks the envelope, notes what it proved, asserts what came."""

import asyncio
import re
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import aiohttp

from skillhall.kernel import ids
from tests.support import record


class Reply:
    """One answer: `status`, `data` (of a success), `error` (of a refusal), the whole `body`, `headers`."""

    def __init__(self, status: int, body: Any, headers: Any) -> None:
        self.status = status
        self.body = body
        self.headers = headers
        self.data: Any = body.get("data") if isinstance(body, dict) else None
        self.error: Any = body.get("error") if isinstance(body, dict) else None

    @property
    def reason(self) -> str:
        """The refusal's code."""
        return self.error["reason"] if self.error else ""


class Client:
    """One person's connection to a hall."""

    def __init__(self, base: str, session: aiohttp.ClientSession) -> None:
        self.base = base.rstrip("/")
        self.root = "/api/v1"
        self.session = session
        self.token = ""
        self.account_id = ""
        self.email = an_address()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.session.close()

    @classmethod
    def of(cls, base: str) -> Self:
        """Return a stranger's client of the hall at `base`."""
        return cls(base, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))

    async def call(self, method: str, path: str, body: object = None, *, expect: int | None = None, **options: Any) -> Reply:
        """Send one request; `path` from the root, or below `self.root`. `expect` asserts the status."""
        url = path if path.startswith(("/api", "/health", "/metrics", "/dev", "/sandbox")) else f"{self.root}{path}"
        headers = dict(options.pop("headers", {}))
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if key := options.pop("key", None):
            headers["Idempotency-Key"] = key
        async with self.session.request(method, self.base + url, json=body, headers=headers, **options) as answer:
            is_json = "json" in answer.headers.get("content-type", "")
            reply = Reply(answer.status, await answer.json() if is_json else await answer.read(), answer.headers)
        record.note("answer", method, re.sub(r"\?.*", "", url), str(reply.status))
        if reply.reason:
            record.note("refusal", reply.reason)
        if expect is not None:
            assert reply.status == expect, f"{method} {path}: {reply.status} {reply.body}"
        return reply

    async def get(self, path: str, **options: Any) -> Reply:
        return await self.call("GET", path, **{"expect": 200, **options})

    async def post(self, path: str, body: object = None, **options: Any) -> Reply:
        return await self.call("POST", path, {} if body is None else body, **options)

    async def put(self, path: str, body: object, **options: Any) -> Reply:
        return await self.call("PUT", path, body, **{"expect": 200, **options})

    async def patch(self, path: str, body: object, **options: Any) -> Reply:
        return await self.call("PATCH", path, body, **{"expect": 200, **options})

    async def delete(self, path: str, **options: Any) -> Reply:
        return await self.call("DELETE", path, **{"expect": 200, **options})

    async def sign_in(self, email: str | None = None) -> Self:
        """Sign in by code, as a person would: ask, read the mail, send the code."""
        self.email = email or self.email
        self.token = ""
        seen = await self.mails()
        await self.post("/auth/send-otp", {"email": self.email}, expect=200)
        code = await self.mailed(r"\b(\d{6})\b", but=seen)
        self.take(await self.post("/auth/verify-otp", {"email": self.email, "code": code}, expect=200))
        return self

    def take(self, reply: Reply) -> None:
        """Go on as the person this sign-in answered."""
        self.token = reply.data["accessToken"]
        self.account_id = reply.data["user"]["id"]
        self.email = reply.data["user"]["email"]

    async def mails(self) -> list[dict[str, Any]]:
        """Return the mails caught for this person, newest first."""
        return (await self.get(f"/dev/mail.json?to={quote(self.email)}")).body

    async def mailed(self, pattern: str, *, but: list[dict[str, Any]] | None = None, tries: int = 200) -> str:
        """Wait for a mail to this person that matches, and is none of `but`; return its first group."""
        known = {mail["id"] for mail in but or ()}
        for _attempt in range(tries):
            for mail in await self.mails():
                if mail["id"] not in known and (match := re.search(pattern, f"{mail['subject']}\n{mail['text']}")):
                    return match[1]
            await asyncio.sleep(0.05)
        raise AssertionError(f"no mail to {self.email} matches {pattern}")


def an_address() -> str:
    """Return an address nobody has had."""
    return f"member-{ids.new().hex[-12:]}@example.org"
