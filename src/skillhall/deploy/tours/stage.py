"""What a tour needs: people with fresh addresses, their requests, their mails, the clock, and facts that are checked when printed."""

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import aiohttp
from rich.console import Console
from rich.table import Table

from skillhall.deploy.demo import SIGN_INS
from skillhall.kernel import ids

T = TypeVar("T")
JSON = dict[str, Any]
TRIES, PAUSE_SECONDS = 200, 0.05


class TourError(Exception):
    """A fact turned out false, or a request was answered otherwise than the story says."""


class Person:
    """One member on the stage."""

    def __init__(self, stage: "Stage", name: str, email: str) -> None:
        """Be nobody yet: sign in first."""
        self.stage = stage
        self.name = name
        self.email = email
        self.token = ""
        self.refresh_token = ""
        self.id = ""

    async def ask(self, method: str, path: str, body: object = None, *, expect: int = 200, key: bool = False) -> Any:  # noqa: ANN401
        """Send a request; return `data` of a success, `error` of an expected refusal."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if key:
            headers["Idempotency-Key"] = str(ids.new())
        async with self.stage.session.request(method, self.stage.base + path, json=body, headers=headers) as answer:
            found = await answer.json()
            if answer.status != expect:
                raise TourError(f"{self.name}: {method} {path} answered {answer.status}: {found.get('error') or found}")
            return found["data"] if expect < 400 else found["error"]  # noqa: PLR2004 - the first status of a refusal

    async def upload(self, path: str, content: bytes, filename: str, **fields: str) -> Any:  # noqa: ANN401
        """Send a file as a browser does; return `data`."""
        form = aiohttp.FormData(fields)
        form.add_field("file", content, filename=filename)
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.stage.session.post(self.stage.base + path, data=form, headers=headers) as answer:
            found = await answer.json()
            if not answer.ok:
                raise TourError(f"{self.name}: POST {path} answered {answer.status}: {found.get('error')}")
            return found["data"]

    async def press(self, path: str, **choice: str) -> None:
        """Press a button of a form on a page."""
        async with self.stage.session.post(self.stage.base + path, data=choice) as answer:
            if not answer.ok:
                raise TourError(f"{self.name}: POST {path} answered {answer.status}: {await answer.text()}")

    async def sign_in_by_code(self) -> None:
        """Ask for a code, read it in the mail catcher, send it."""
        await self.ask("POST", "/api/v1/auth/send-otp", {"email": self.email})
        code = await self.mailed(r"\b(\d{6})\b")
        self._take(await self.ask("POST", "/api/v1/auth/verify-otp", {"email": self.email, "code": code}))

    async def sign_in(self, password: str) -> None:
        """Sign in with a password."""
        self._take(await self.ask("POST", "/api/v1/auth/login", {"email": self.email, "password": password}))

    async def refresh(self) -> None:
        """Exchange the tokens for new ones, which carry the roles one has by now."""
        self._take_tokens(await self.ask("POST", "/api/v1/auth/refresh-token", {"refreshToken": self.refresh_token}))

    async def mailed(self, pattern: str) -> str:
        """Wait up to ten seconds for a mail whose subject or text matches; return its first group."""

        async def found() -> str | None:
            async with self.stage.session.get(f"{self.stage.base}/dev/mail.json", params={"to": self.email}) as answer:
                matches = (re.search(pattern, f"{mail['subject']}\n{mail['text']}") for mail in await answer.json())
                return next((match[1] for match in matches if match), None)

        return await self.stage.soon(f"a mail to {self.email}", found)

    async def credits(self) -> dict[str, int]:
        """Return the wallet's credits: available (granted ones included), earnings, held, debt."""
        if found := await self.balance("CREDIT"):
            return found
        raise TourError("This community's ledger has no credits; the tour needs mode voucher or points.")

    async def balance(self, currency: str) -> dict[str, int]:
        """Return the same of one currency, in minor units; nothing when the wallet has none of it."""
        for balance in (await self.ask("GET", "/api/v1/wallet"))["balances"]:
            if balance["available"]["currency"] == currency:
                return {kind: money["amount"] for kind, money in balance.items()}
        return {}

    def _take(self, answer: JSON) -> None:
        self._take_tokens(answer)
        self.id = answer["user"]["id"]

    def _take_tokens(self, answer: JSON) -> None:
        self.token, self.refresh_token = answer["accessToken"], answer["refreshToken"]


class Operator(Person):
    """The demo's operator, who may move the business clock."""

    async def now(self) -> datetime:
        """Return business time, moved by a minute, the least one can ask for."""
        return await self._moved(1)

    async def clock_to(self, target: datetime) -> None:
        """Move business time on to within the minute after `target`."""
        missing = int((target - await self.now()).total_seconds() // 60) + 1
        if missing > 0:
            with self.stage.out.status("the business clock moves; what falls due on the way happens"):
                now = await self._moved(missing)
            self.stage.step(f"the business clock moves to {in_words(now)}")

    async def settled(self) -> None:
        """Let everything that is due happen."""
        await self.now()

    async def _moved(self, minutes: int) -> datetime:
        return moment((await self.ask("POST", "/sandbox/clock", {"minutes": minutes}))["now"])


class Stage:
    """The hall at `base`, and the console the story is told on. `run` is in every name that may be given once."""

    def __init__(self, base: str, session: aiohttp.ClientSession, data: Path, out: Console) -> None:
        """Begin with an empty stage."""
        self.base = base
        self.session = session
        self.out = out
        self.facts = 0
        self._data = data
        self.run = ids.new().hex[-8:]

    def person(self, name: str) -> Person:
        """Return a new person with an address of this run."""
        return Person(self, name, f"{name.lower()}-{self.run}@tour.example")

    async def operator(self) -> Operator:
        """Return the demo's operator, signed in."""
        path = self._data / SIGN_INS
        if not path.exists():
            raise TourError(f"{path} is missing: the tour needs the demo community (make reset, then make run).")
        match = re.search(r"^(\S+@\S+)\s+(\S+)\s+super_admin", path.read_text(encoding="utf-8"), re.MULTILINE)
        if match is None:
            raise TourError(f"{path} names no operator.")
        operator = Operator(self, "The operator", match[1])
        await operator.sign_in(match[2])
        return operator

    async def command(self, *arguments: str) -> str:
        """Run `skillhall` on this machine as the operator would, and return what it prints."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "skillhall", *arguments, stdout=pipe, stderr=pipe)
        printed, complaint = await process.communicate()
        if process.returncode:
            raise TourError(f"skillhall {' '.join(arguments)} ended with {process.returncode}: {complaint.decode().strip()}")
        return printed.decode().strip()

    async def soon(self, what: str, look: Callable[[], Awaitable[T | None]]) -> T:
        """Look until there is something, for ten seconds; what the hall does by itself is done a moment later."""
        for _attempt in range(TRIES):
            if (found := await look()) is not None:
                return found
            await asyncio.sleep(PAUSE_SECONDS)
        raise TourError(f"Waited in vain for {what}.")

    def act(self, title: str) -> None:
        """Begin a new part of the story."""
        self.out.print(f"\n[bold]{title}[/bold]")

    def step(self, text: str) -> None:
        """Tell what somebody did."""
        self.out.print(f"  • {text}")

    def fact(self, text: str, found: object, expected: object) -> None:
        """Print what the database now proves, or end the tour."""
        if found != expected:
            raise TourError(f"{text}: expected {expected}, found {found}")
        self.facts += 1
        shown = ", ".join(map(str, cast("list[object]", found))) if isinstance(found, list) else found
        self.out.print(f"    [green]✔[/green] {text}: {shown}")

    def table(self, title: str, heads: list[str], rows: list[list[object]]) -> None:
        """Print a table."""
        table = Table(*heads, title=title, title_justify="left")
        for row in rows:
            table.add_row(*map(str, row))
        self.out.print()
        self.out.print(table)


def moment(text: str) -> datetime:
    """Return an instant of the wire."""
    return datetime.fromisoformat(text).astimezone(UTC)


def in_words(instant: datetime) -> str:
    """Return an instant as people say it."""
    return f"{instant:%A} {instant.day} {instant:%B, %H:%M} UTC"
