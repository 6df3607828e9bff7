"""The tours play against a running hall, again and again, and end badly when a fact is false."""

import asyncio
import io
import re
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from rich.console import Console

from skillhall.deploy import demo
from skillhall.deploy.tours.playbill import STORIES
from skillhall.deploy.tours.stage import Stage, TourError
from tests.support import database
from tests.support.hall import test_hall
from tests.support.server import ROOT, Served, hall_on, variables
from tests.support.services import free_port

pytestmark = pytest.mark.slow
FACTS = {
    "first": (30, ("settled", "split", "calendar.busy", "ledger.insufficient")),
    "lesson": (
        70,
        (
            "learning.session_full", "learning.seat_needed", "learning.recording_not_consented", "ledger.insufficient", "no_show",
            "seats settled, the one of the no-show too: 5", "rows that break one: 0",
        ),
    ),
    "gigs": (
        50,
        (
            "gigs.agreement_moved", "disputes.not_yet", "disputes.same_person", "Wim gets 36 less the fee of 3: 33", "resolved, split",
            "the ratings others can read, now that both have written: 4, 5", "the milestone: released", "provider:sandbox",
            "of 333 cents to Wim, in fees and back to the card: 180, 19, 134", "rows that break one: 0",
        ),
    ),
    "pay": (
        50,
        (
            "and what is left: 249, 2250", "credits, granted once: 160", "payments.refund_too_much", "of 150 credits, in cents: 1650",
            "its total in cents: -1650", "INV, 2250", "RCT, 24000", "INV, 1999", "past_due, 1999", "succeeded, active",
            "payments.identity_unverified", "payments.not_yet_payable", "the payout: paid", "bears of it, in cents: 21600",
            "what the community bears of it now: 0", "resolved, no_refund", "done, True", "nobody can explain: 0", "rows that break one: 0",
        ),
    ),
    "talk": (
        80,
        (
            "three sendings: 1", "messaging.other_content", "live.room_not_found", "read up to: 1", "as Mira's desk hears: offline",
            "notices of the 3 messages: 1", "their numbers: 2, 3, 4", "says now: Is Tuesday fine?",
            "learning.session_requested, learning.session_scheduled", "live on Theo's phone: scheduled", "messaging.has_left",
            "messages Theo's laptop hears: 0", "over the socket: profiles.not_found", "live on Theo's page: The roof is being mended",
            "decrypted by the browser: The roof is being mended, The workshop is closed", "email sent, push sent, sms sent",
            "the heading of its HTML: The roof is being mended", "what became of the mail: clicked", "The team of this community sent it",
            "mails that hold one of them: 1", "at once: Water pipe burst", "mails of the other, at night: 0", "Unsubscribe",
            "mails planned of the next one: 0", "in Lena's inbox: Montag geschlossen", "members told: 3", "rows that break one: 0",
        ),
    ),
}  # fmt: skip
BALANCES = {
    "first": {"Hana": "10 → 17", "Leo": "10 → 0", "Otto": "10 → 10"},
    "lesson": {
        "Hana": "10 → 35", "Ada": "10 → 10", "Ben": "10 → 4", "Cleo": "10 → 10", "Dara": "10 → 4", "Emil": "10 → 4", "Finn": "10 → 10",
        "Gia": "10 → 4", "Ivo": "10 → 4",
    },
    "gigs": {"Clara": "200 → 104 .+", "Wim": "10 → 20 .+ 0 → 59", "Rita": "10 → 10 .+ 0 → 18"},
    "pay": {"Paula": "10 → 0", "Hugo": "10 → 20 .+ 0 → 35"},
    "talk": {"Mira": "10 → 10", "Theo": "10 → 7 .+ 0 → 3", "Lena": "10 → 10"},
}  # fmt: skip


@asynccontextmanager
async def with_demo(server: str, template: str) -> AsyncGenerator[Served]:
    """Yield a hall with a small demo community; no process of it runs yet."""
    async with database.database(server, template) as dsn, hall_on(dsn) as served:
        async with test_hall(dsn, data=Path(served.environment["SKILLHALL_DATA"])) as hall:
            assert await demo.load(hall.hall, lambda _step, _done, _total: None, members=80, sessions=240, projects=40)
        yield served
        complaints = [line for process in served.processes for line in process.complaints()]
        assert complaints == []


@pytest.fixture(scope="module")
async def served(server: str, template: str) -> AsyncGenerator[Served]:
    """A hall with the demo community in one process: every story finds what the others left."""
    async with with_demo(server, template) as served:
        await served.start("up")
        yield served


@pytest.fixture(scope="module")
async def parted(server: str, template: str) -> AsyncGenerator[tuple[Served, str]]:
    """The same in two processes, and the address of the one that answers."""
    async with with_demo(server, template) as served:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen(64)
            process = await served.start("serve", listening=listening)
        await served.start("work")
        yield served, process.base


@pytest.fixture
def sign_ins(served: Served) -> Generator[Path]:
    """The demo's passwords, for a test to spoil."""
    path = Path(served.environment["SKILLHALL_DATA"]) / demo.SIGN_INS
    kept = path.read_text()
    yield path
    path.write_text(kept)


async def tour(served: Served, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "skillhall", "tour", *arguments],
        cwd=ROOT,
        env={**served.environment, **variables(settings)},
        capture_output=True,
        text=True,
        check=False,
    )


def assert_told(done: "subprocess.CompletedProcess[str]", story: str) -> None:
    assert (done.returncode, done.stderr) == (0, "")
    told = re.findall(r"^    ✔ (.+)", done.stdout, re.MULTILINE)
    least, facts = FACTS[story]
    assert len(told) >= least
    assert done.stdout.endswith(f"\nAll {len(told)} facts are true.\n")
    for fact in facts:
        assert any(fact in line for line in told), fact
    for name, change in BALANCES[story].items():
        assert re.search(rf"│ {name} .+{change} ", done.stdout), name


def test_every_story_is_checked() -> None:
    assert set(STORIES) == set(FACTS) == set(BALANCES)


@pytest.mark.full
@pytest.mark.parametrize("story", STORIES)
async def test_again_and_again(served: Served, story: str) -> None:
    for _time in range(3):
        assert_told(await tour(served, story), story)


@pytest.mark.parametrize("story", [one if one == "talk" else pytest.param(one, marks=pytest.mark.full) for one in STORIES])
async def test_against_two_processes(parted: tuple[Served, str], story: str) -> None:
    served, base = parted
    assert_told(await tour(served, story, "--url", base), story)


async def test_the_first_is_played_when_none_is_named(served: Served) -> None:
    assert_told(await tour(served), "first")


async def test_the_stories_are_listed_and_no_other_is_played(served: Served) -> None:
    listed = await tour(served, "--list")
    assert (listed.returncode, [line.split()[0] for line in listed.stdout.splitlines()]) == (0, list(STORIES))
    unknown = await tour(served, "odyssey")
    assert unknown.returncode == 2
    assert "no tour called odyssey" in unknown.stderr
    assert all(story.about in unknown.stderr for story in STORIES.values())


async def test_where_nothing_runs_it_says_so(served: Served) -> None:
    done = await tour(served, public_url=f"http://127.0.0.1:{free_port()}")
    assert done.returncode == 1
    assert "No hall answers" in done.stderr


async def test_without_the_demo_it_says_so(served: Served, sign_ins: Path) -> None:
    sign_ins.unlink()
    done = await tour(served)
    assert done.returncode == 1
    assert "demo community" in done.stderr


async def test_a_wrong_answer_ends_it(served: Served, sign_ins: Path) -> None:
    sign_ins.write_text(re.sub(r" \S+ super_admin", " another-password super_admin", sign_ins.read_text()))
    done = await tour(served)
    assert done.returncode == 1
    assert "answered 401" in done.stderr


async def test_a_false_fact_ends_it(tmp_path: Path) -> None:
    printed = io.StringIO()
    async with aiohttp.ClientSession() as session:
        stage = Stage("http://localhost", session, tmp_path, Console(file=printed))
        stage.fact("credits", 3, 3)
        with pytest.raises(TourError, match="credits: expected 4, found 3"):
            stage.fact("credits", 3, 4)
    assert printed.getvalue().count("✔") == 1
