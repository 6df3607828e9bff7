"""The demo community is whole, right, and the same at every load but for its secrets."""

import asyncio
import re
import stat
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from skillhall.deploy import demo
from skillhall.deploy.contexts import NAMES
from skillhall.deploy.prepare import has_demo
from skillhall.kernel.actor import Actor
from skillhall.kernel.passwords import verify_password
from skillhall.payments.api import Providers, reconcile, reconciled
from tests.support import database
from tests.support.hall import TestHall, test_hall

MEMBERS, SESSIONS, PROJECTS = 80, 240, 40
TABLES = "SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname = ANY($1)"
SECRET = {"password_hash", "room"}
WALL = {"recorded_at", "loaded_at"}


def quiet(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""


async def load(hall: TestHall, members: int = MEMBERS, sessions: int = SESSIONS) -> bool:
    return await demo.load(hall.hall, quiet, members=members, sessions=sessions, projects=PROJECTS)


@pytest.fixture
async def hall(database_dsn: str, tmp_path: Path) -> AsyncGenerator[TestHall]:
    """A hall with a data folder of its own."""
    async with test_hall(database_dsn, data=tmp_path) as opened:
        yield opened


@asynccontextmanager
async def loaded_at(now: datetime, server: str, template: str, data: Path) -> AsyncGenerator[TestHall]:
    """A hall whose clock stands still, with the demo in it."""
    async with database.database(server, template) as dsn, test_hall(dsn, data=data) as hall:
        clock: Any = hall.runner.house.clock
        clock.business = lambda: now
        assert await load(hall)
        yield hall


async def digest(hall: TestHall) -> dict[str, list[str]]:
    """Return every stored row as text, without what is secret or of the wall clock."""
    found: dict[str, list[str]] = {}
    for table in await hall.pool.fetch(TABLES, NAMES):
        rows = await hall.pool.fetch(f"SELECT * FROM {table['name']}")
        kept = [{key: value for key, value in row.items() if key not in SECRET | WALL} for row in rows]
        found[table["name"]] = sorted(map(repr, kept))
    return found


async def counts(hall: TestHall, statement: str) -> dict[str, int]:
    return {row[0]: row[1] for row in await hall.pool.fetch(statement)}


async def unequal(hall: TestHall) -> set[str]:
    """Compare today with the statement of the sandbox's bank; return why books and statements differ."""
    read = await hall.runner.read()
    done = await reconcile(hall.runner, Actor.of("payments", "a test"), read.port(Providers).by_name["sandbox"], datetime.now(UTC).date())
    found = await reconciled(await hall.runner.read(), done)
    assert found.is_clean
    return {one.cause for one in found.differences if one.is_open}


@pytest.mark.full
async def test_two_loads_are_the_same(server: str, template: str, tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    digests: list[dict[str, list[str]]] = []
    for name in ("one", "two"):
        async with loaded_at(now, server, template, tmp_path / name) as hall:
            digests.append(await digest(hall))
    assert digests[0] == digests[1]
    assert (len(digests[0]["learning.session"]), len(digests[0]["gigs.project"])) == (SESSIONS, PROJECTS)
    assert (tmp_path / "one" / demo.SIGN_INS).read_text() != (tmp_path / "two" / demo.SIGN_INS).read_text()


async def test_everything_holds_at_once_and_as_time_passes(hall: TestHall) -> None:
    assert await load(hall)
    await hall.verify()
    waiting = "SELECT count(*) FROM kernel.delivery"
    assert (await hall.pool.fetchval(waiting), await hall.pool.fetchval("SELECT count(*) FROM kernel.event")) == (0, 0)
    await assert_people_talk(hall)
    due = await hall.hall.timekeeper.due_times(datetime.min.replace(tzinfo=UTC))
    assert min(due) > await hall.pool.fetchval("SELECT now() - interval '2 minutes'")
    assert set(await counts(hall, "SELECT series, count(*) FROM billing.invoice GROUP BY series")) == {"INV", "RCT"}
    assert set(await counts(hall, "SELECT kyc, count(*) FROM payments.payout_account GROUP BY kyc")) == {"pending", "verified"}
    assert await unequal(hall) == {"imported"}
    await hall.advance(timedelta(days=11))
    await hall.verify()
    assert await unequal(hall) == {"imported"}
    assert await hall.pool.fetchval("SELECT count(*) FROM learning.session WHERE due_at IS NOT NULL") == 0
    held = await counts(hall, "SELECT settlement, count(*) FROM learning.seat WHERE settlement IN ('held', 'frozen') GROUP BY settlement")
    assert set(held) <= {"frozen"}
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.delivery WHERE state = 'dead'") == 0


async def assert_people_talk(hall: TestHall) -> None:
    assert set(await counts(hall, "SELECT kind, 1 FROM messaging.conversation")) == {"direct", "group"}
    assert set(await counts(hall, "SELECT kind, 1 FROM messaging.message")) == {"text", "system"}
    assert await hall.pool.fetchval("SELECT count(*) FROM messaging.reaction") > 0
    unread = "messaging.participant p JOIN messaging.conversation c ON c.id = p.conversation_id AND p.last_read < c.last_sequence"
    named = ["hanna", "hugo", "lena", "leo"]
    waiting = f"SELECT email, 1 FROM {unread} JOIN identity.account a ON a.id = p.account_id"
    inboxes = "SELECT email, unread FROM notifications.inbox JOIN identity.account a ON a.id = account_id"
    assert {f"{name}@demo.example" for name in named} <= set(await counts(hall, waiting))
    told = await counts(hall, inboxes)
    assert set(told) == {f"{name}@demo.example" for name in named}
    assert min(told.values()) > 0
    assert await hall.pool.fetchval("SELECT count(*) FROM notifications.notice WHERE read_at IS NOT NULL") > 0
    assert await hall.pool.fetchval("SELECT count(*) FROM notifications.delivery") == 0


async def test_the_sign_ins_are_their_owners_alone_and_a_second_load_changes_nothing(hall: TestHall) -> None:
    path = hall.config.data / demo.SIGN_INS
    path.write_text("left over\n")
    assert not await has_demo(hall.dsn)
    assert await load(hall)
    assert await has_demo(hall.dsn)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().startswith("#")
    await assert_sign_ins_hold(hall)
    before, sign_ins = await digest(hall), path.read_text()
    assert not await load(hall)
    assert await digest(hall) == before
    assert path.read_text() == sign_ins


async def test_of_two_loads_at_once_one_loads(hall: TestHall) -> None:
    answers = await asyncio.gather(load(hall), load(hall), load(hall))
    assert sorted(answers) == [False, False, True]
    assert await hall.pool.fetchval("SELECT count(*) FROM identity.account") == MEMBERS
    await assert_sign_ins_hold(hall)


async def assert_sign_ins_hold(hall: TestHall) -> None:
    lines = re.findall(r"^(\S+@\S+) (\S+) (\w+)$", (hall.config.data / demo.SIGN_INS).read_text(), re.MULTILINE)
    assert Counter(role for _, _, role in lines) == {"super_admin": 1, "moderator": 1, "host": 2, "learner": 2}
    for email, password, role in lines:
        account = await hall.pool.fetchrow("SELECT password_hash, roles, abilities FROM identity.account WHERE email = $1", email)
        assert account is not None
        assert (await verify_password(password, account["password_hash"]))[0]
        assert role in [*account["roles"], *account["abilities"]]


async def test_where_there_are_no_credits_cards_pay_for_lessons_and_projects(database_dsn: str, tmp_path: Path) -> None:
    async with test_hall(database_dsn, data=tmp_path, ledger_mode="per_booking") as hall:
        assert await load(hall)
        assert await counts(hall, "SELECT asset, 1 FROM ledger.account") == {"EUR": 1}
        assert set(await counts(hall, "SELECT asset, 1 FROM learning.seat WHERE price > 0")) == {"EUR"}
        assert await counts(hall, "SELECT asset, 1 FROM gigs.project") == {"EUR": 1}
        assert set(await counts(hall, "SELECT funded_from, 1 FROM gigs.escrow WHERE funded_from IS NOT NULL")) == {"provider:sandbox"}
        await hall.verify()


@pytest.mark.full
async def test_where_there_is_nothing_but_points_they_pay_for_projects(database_dsn: str, tmp_path: Path) -> None:
    async with test_hall(database_dsn, data=tmp_path, ledger_mode="points") as hall:
        assert await load(hall)
        assert await counts(hall, "SELECT asset, 1 FROM gigs.project") == {"CREDIT": 1}
        await hall.verify()


async def assert_groups_and_what_is_beside_lessons(hall: TestHall) -> None:
    groups = await counts(hall, "SELECT state, count(*) FROM learning.session WHERE kind = 'group' GROUP BY state")
    assert sum(groups.values()) >= 200
    assert {"scheduled", "completed", "cancelled", "expired", "no_show_host"} <= set(groups)
    grouped = "learning.seat e JOIN learning.session s ON s.id = session_id WHERE kind = 'group'"
    seats = f"SELECT e.state, count(*) FROM {grouped} GROUP BY e.state"
    assert {"waiting", "confirmed", "attended", "no_show", "cancelled", "expired"} <= set(await counts(hall, seats))
    ahead = "FROM learning.session WHERE kind = 'group' AND state = 'scheduled' AND starts_at > now()"
    assert await hall.pool.fetchval(f"SELECT count(*) {ahead} AND taken < capacity") >= 5
    assert await hall.pool.fetchval(f"SELECT count(*) {ahead} AND taken = capacity AND waiting > 0") >= 5
    assert await hall.pool.fetchval("SELECT count(DISTINCT session_id) FROM learning.material") >= 200
    assert await hall.pool.fetchval("SELECT count(*) FROM skills.member_skill WHERE goal IS NOT NULL AND reached_at IS NULL") >= 500
    assert await hall.pool.fetchval("SELECT count(*) FROM skills.skill WHERE state = 'under_review'") == 8
    connected = await counts(hall, "SELECT state, count(*) FROM connections.connection GROUP BY state")
    assert connected["accepted"] >= 1000
    assert connected["pending"] >= 100
    assert await hall.pool.fetchval("SELECT count(*) FROM connections.follow") >= 1000
    second = "SELECT count(*) FROM profiles.profile WHERE NOT is_primary"
    assert demo.MEMBERS * 0.15 <= await hall.pool.fetchval(f"{second} AND metadata <> '{{}}'") <= demo.MEMBERS * 0.25


async def assert_projects(hall: TestHall) -> None:
    states = await counts(hall, "SELECT state, count(*) FROM gigs.project GROUP BY state")
    assert sum(states.values()) == demo.PROJECTS
    assert set(states) == {"draft", "open", "in_progress", "delivered", "completed", "paused", "cancelled", "disputed"}
    assert {"pending", "accepted", "rejected", "shortlisted"} <= set(await counts(hall, "SELECT state, 1 FROM gigs.bid"))
    ends = await counts(hall, "SELECT closed_as, count(*) FROM gigs.agreement WHERE closed_at IS NOT NULL GROUP BY closed_as")
    assert {"completed", "cancelled", "unsigned"} <= set(ends)
    assert {"fixed", "booking"} == set(await counts(hall, "SELECT kind, 1 FROM gigs.agreement"))
    money = await counts(hall, "SELECT state, count(*) FROM gigs.escrow GROUP BY state")
    assert {"pending_funding", "held", "frozen", "released"} <= set(money)
    assert set(await counts(hall, "SELECT funded_from, 1 FROM gigs.escrow WHERE paid_gross > 0")) == {"wallet", "provider:sandbox"}
    assert {"revision", "approved"} <= set(await counts(hall, "SELECT answer, 1 FROM gigs.delivery WHERE answer IS NOT NULL"))
    assert await hall.pool.fetchval("SELECT count(*) FROM gigs.delivery WHERE answer = 'approved' AND answered_by IS NULL") > 0
    disputed = "SELECT state, count(*) FROM disputes.case WHERE kind = 'milestone' AND closed_at IS NULL GROUP BY state"
    assert await counts(hall, disputed) == {"open": 1, "under_review": 1}
    reviewed = await counts(hall, "SELECT kind, count(*) FROM reviews.engagement GROUP BY kind")
    assert reviewed["project"] >= 50
    assert reviewed["booking"] >= 1
    done = "SELECT worker_id FROM gigs.agreement WHERE state = 'completed' GROUP BY 1 HAVING count(*) = p.jobs_done"
    assert await hall.pool.fetchval(f"SELECT count(*) FROM profiles.profile p WHERE jobs_done > 0 AND account_id NOT IN ({done})") == 0
    assert await hall.pool.fetchval("SELECT max(jobs_done) FROM profiles.profile") > 1


@pytest.mark.full
@pytest.mark.slow
async def test_the_whole_community(hall: TestHall) -> None:
    told: dict[str, list[int]] = {}
    assert await demo.load(hall.hall, lambda step, done, total: told.setdefault(step, []).append(done * 100 // total))
    assert all(parts == sorted(parts) and parts[-1] == 100 for parts in told.values())
    assert await hall.pool.fetchval("SELECT count(*) FROM identity.account") == demo.MEMBERS
    states = await counts(hall, "SELECT state, count(*) FROM learning.session GROUP BY state")
    assert sum(states.values()) == demo.SESSIONS
    assert {"requested", "scheduled", "completed", "cancelled", "expired", "no_show_host"} <= set(states)
    settlements = await counts(hall, "SELECT settlement, count(*) FROM learning.seat GROUP BY settlement")
    assert {"held", "frozen", "settled", "refunded", "split"} <= set(settlements)
    ways = await counts(hall, "SELECT closed_as, count(*) FROM learning.session WHERE closed_as IS NOT NULL GROUP BY closed_as")
    assert {"declined", "cancelled", "interrupted"} <= set(ways)
    assert await hall.pool.fetchval("SELECT count(*) FROM learning.offer") >= 300
    assert await hall.pool.fetchval("SELECT count(DISTINCT kind) FROM profiles.profile") == 7
    await assert_groups_and_what_is_beside_lessons(hall)
    await assert_projects(hall)
    missing = """
        SELECT count(*) FROM learning.seat e WHERE e.price > 0
        AND NOT EXISTS (SELECT FROM ledger.transfer t WHERE t.kind IN ('hold', 'fund') AND t.subject_id = e.session_id)
    """
    assert await hall.pool.fetchval(missing) == 0
    await hall.verify()
    await hall.advance(timedelta(hours=48))
    await hall.verify()
