"""What a tour needs: people with fresh addresses, their requests, their mails, the clock, and facts that are checked when printed."""

import asyncio
import re
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.table import Table

from skillhall.deploy.demo import SIGN_INS
from skillhall.kernel import ids


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

    async def sign_in_by_code(self) -> None:
        """Ask for a code, read it in the mail catcher, send it."""
        await self.ask("POST", "/api/v1/auth/send-otp", {"email": self.email})
        code = await self.stage.mailed(self.email, r"\b(\d{6})\b")
        self._take(await self.ask("POST", "/api/v1/auth/verify-otp", {"email": self.email, "code": code}))

    async def sign_in(self, password: str) -> None:
        """Sign in with a password."""
        self._take(await self.ask("POST", "/api/v1/auth/login", {"email": self.email, "password": password}))

    async def credits(self) -> dict[str, int]:
        """Return the wallet's credits: available (granted ones included), earnings, held, debt."""
        for balance in (await self.ask("GET", "/api/v1/wallet"))["balances"]:
            if balance["available"]["currency"] == "CREDIT":
                return {kind: money["amount"] for kind, money in balance.items()}
        raise TourError("This community's ledger has no credits; the tour needs mode voucher or points.")

    def _take(self, answer: dict[str, Any]) -> None:
        self.token = answer["accessToken"]
        self.id = answer["user"]["id"]


class Stage:
    """The hall at `base`, and the console the story is told on."""

    def __init__(self, base: str, session: aiohttp.ClientSession, data: Path, out: Console) -> None:
        """Begin with an empty stage."""
        self.base = base
        self.session = session
        self.out = out
        self._data = data
        self._run = ids.new().hex[-8:]

    def person(self, name: str) -> Person:
        """Return a new person with an address of this run."""
        return Person(self, name, f"{name.lower()}-{self._run}@tour.example")

    async def operator(self) -> Person:
        """Return the demo's operator, signed in."""
        path = self._data / SIGN_INS
        if not path.exists():
            raise TourError(f"{path} is missing: the tour needs the demo community (make reset, then make run).")
        match = re.search(r"^(\S+@\S+)\s+(\S+)\s+super_admin", path.read_text(encoding="utf-8"), re.MULTILINE)
        if match is None:
            raise TourError(f"{path} names no operator.")
        operator = Person(self, "The operator", match[1])
        await operator.sign_in(match[2])
        return operator

    async def mailed(self, email: str, pattern: str) -> str:
        """Wait up to ten seconds for a mail that matches; return its first group."""
        for _attempt in range(200):
            async with self.session.get(f"{self.base}/dev/mail.json", params={"to": email}) as answer:
                for mail in await answer.json():
                    if match := re.search(pattern, mail["text"]):
                        return match[1]
            await asyncio.sleep(0.05)
        raise TourError(f"No mail to {email} came.")

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
        self.out.print(f"    [green]✔[/green] {text}: {found}")

    def table(self, title: str, heads: list[str], rows: list[list[object]]) -> None:
        """Print a table."""
        table = Table(*heads, title=title, title_justify="left")
        for row in rows:
            table.add_row(*map(str, row))
        self.out.print()
        self.out.print(table)
