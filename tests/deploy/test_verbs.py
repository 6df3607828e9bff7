"""Operators' verbs beside a running hall: they find it, its mode and its port by the data folder alone."""

import asyncio
import json
import tempfile
import time
import urllib.request
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from skillhall.deploy import embedded
from skillhall.kernel import ids
from skillhall.kernel.db.pool import open_connection
from tests.deploy.running import Running, postmaster, printed, running, skillhall

pytestmark = pytest.mark.slow
EMAIL = "olga@example.org"
GIVEN_UP = """
INSERT INTO kernel.delivery (id, receiver, payload, due_at, attempts, state, last_error)
VALUES ($1, 'kernel.send_mail', $2, now(), 8, 'dead', 'ConnectionError: [Errno 111] refused')
"""
SUSPENDED = """
INSERT INTO kernel.event (id, type, subject_kind, subject_id, occurred_at, data, public)
VALUES ($1, 'identity.account_suspended', 'account', $2, now(), $3, false)
"""


@pytest.fixture(scope="module")
def hall() -> Generator[Running]:
    with tempfile.TemporaryDirectory(prefix="hall-") as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "data"
        done = skillhall(data, "migrate", "--json", mode="sandbox")
        assert len(printed(done)["ran"]) > 5
        with running(data, "up", until="Ctrl-C stops everything.", mode="sandbox") as started:
            yield started
            assert started.stop() == 0
            assert "Traceback" not in started.said


def post(hall: Running, path: str, body: dict[str, Any]) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{hall.port}/api/v1{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own server
        assert answer.status < 300


def member(hall: Running) -> None:
    """Sign a member in by code."""
    known = len(mails(hall))
    post(hall, "/auth/send-otp", {"email": EMAIL})
    until(lambda: len(mails(hall)) > known)
    text = mails(hall)[0]["text"]
    code = next(word.strip(".,") for word in text.split() if word.strip(".,").isdigit() and len(word.strip(".,")) == 6)
    post(hall, "/auth/verify-otp", {"email": EMAIL, "code": code})


def mails(hall: Running) -> list[dict[str, Any]]:
    """Return the caught mails to the member, newest first."""
    return json.loads(hall.ask(f"/dev/mail.json?to={EMAIL}")[1])


def until(holds: Any) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def query(hall: Running, statement: str, *args: object) -> Any:
    """Ask the running hall's database, as an adopter of its server."""
    server = embedded.find(hall.data / "postgres")
    assert server is not None

    async def ask() -> Any:
        connection = await open_connection(server.dsn)
        try:
            return await connection.fetchval(statement, *args)
        finally:
            await connection.close()

    with server:
        return asyncio.run(ask())


def test_migrate_and_backup_beside_a_running_hall(hall: Running) -> None:
    assert skillhall(hall.data, "migrate").stdout == "The schema is up to date.\n"
    made = printed(skillhall(hall.data, "backup", "--json"))
    assert Path(made["path"]).stat().st_size == made["bytes"] > 10_000
    refused = skillhall(hall.data, "restore", made["path"], "--yes")
    assert refused.returncode == 1
    assert "stop it first" in refused.stderr
    assert skillhall(hall.data, "backup", made["path"]).returncode == 1
    assert hall.ask("/health/ready")[0] == 200
    assert postmaster(hall.data) != 0


def test_the_first_operator_is_made_at_the_command_line(hall: Running) -> None:
    assert "(identity." in skillhall(hall.data, "accounts", "grant", "nobody@example.org", "admin").stderr
    member(hall)
    wrong = skillhall(hall.data, "accounts", "grant", EMAIL, "queen")
    assert wrong.returncode == 1
    assert "'queen' is none of" in wrong.stderr
    assert skillhall(hall.data, "accounts", "grant", EMAIL, "super_admin").stdout == f"{EMAIL} is now super_admin.\n"
    assert query(hall, "SELECT roles::text[] FROM identity.account WHERE email = $1", EMAIL) == ["super_admin"]


def test_what_was_given_up_is_shown_and_tried_again(hall: Running) -> None:
    task = {"to": "late@example.org", "subject": "Late", "text": "At last."}
    job = ids.new()
    query(hall, GIVEN_UP, job, task)
    (listed,) = printed(skillhall(hall.data, "jobs", "list", "--dead", "--json"))
    assert (listed["id"], listed["state"], listed["attempts"]) == (str(job), "dead", 8)
    assert skillhall(hall.data, "jobs", "retry", "an-unknown-id").returncode == 1
    assert "1 to run again" in skillhall(hall.data, "jobs", "retry", str(job)).stdout
    until(lambda: "At last." in hall.ask("/dev/mail.json?to=late@example.org")[1])
    assert printed(skillhall(hall.data, "jobs", "list", "--dead", "--json")) == []


def test_past_events_are_delivered_once_more(hall: Running) -> None:
    account = ids.new()
    query(hall, SUSPENDED, ids.new(), account, {"accountId": str(account)})
    unknown = skillhall(hall.data, "events", "replay", "--to", "nobody.hears", "--since", "2020-01-01")
    assert unknown.returncode == 2
    done = skillhall(hall.data, "events", "replay", "--to", "learning.cancel_suspended", "--since", "2020-01-01")
    assert done.stdout == "1 events will be delivered to learning.cancel_suspended.\n"
    until(lambda: query(hall, "SELECT count(*) FROM kernel.delivery WHERE receiver = 'learning.cancel_suspended'") == 0)


def test_business_time_moves_forward_only(hall: Running) -> None:
    for wrong in ("soon", "0m"):
        assert skillhall(hall.data, "clock", "advance", wrong).returncode == 2
    done = skillhall(hall.data, "clock", "advance", "2d3h")
    assert done.returncode == 0, done.stderr
    told = datetime.strptime(done.stdout, "Business time is now %Y-%m-%d %H:%M:%S UTC.\n").replace(tzinfo=UTC)
    assert abs(told - datetime.now(UTC) - timedelta(days=2, hours=3)) < timedelta(minutes=1)
    assert query(hall, "SELECT shift > interval '2 days 2 hours' FROM kernel.clock")
    assert skillhall(hall.data, "clock", "advance", "1h", mode="production").returncode == 2


def test_doctor_finds_a_running_hall_well(hall: Running) -> None:
    done = skillhall(hall.data, "doctor", "--json")
    found = {finding["name"]: finding for finding in printed(done)}
    assert done.returncode == 0, done.stdout
    assert found["configuration"]["said"] == "sandbox mode"
    assert found["embedded data"]["said"].startswith(str(hall.data))
    assert found["embedded started by"]["said"] == "another process"
    assert found["schema"]["said"] == "up to date"


def test_verify_proves_and_finds(hall: Running) -> None:
    clean = skillhall(hall.data, "verify", "--json")
    assert clean.returncode == 0
    assert printed(clean)["isClean"] is True
    assert printed(clean)["checks"] > 20
    member(hall)
    query(hall, "UPDATE identity.account SET state = 'suspended' WHERE email = $1", EMAIL)
    try:
        broken = skillhall(hall.data, "verify", "--json")
        assert broken.returncode == 1
        (finding,) = printed(broken)["findings"]
        assert finding["check"] == "identity.suspended_accounts_have_no_login"
        assert finding["examples"]
        assert "identity.suspended_accounts_have_no_login" in skillhall(hall.data, "verify").stdout
    finally:
        query(hall, "UPDATE identity.account SET state = 'active' WHERE email = $1", EMAIL)


def test_the_api_document_needs_no_hall(tmp_path: Path) -> None:
    done = skillhall(tmp_path / "nowhere", "openapi")
    assert printed(done)["openapi"].startswith("3.")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(("words", "code"), [(("verify",), 1), (("clock", "advance", "1h"), 2), (("restore", "none.tar"), 2)])
def test_without_a_hall_each_verb_says_why(tmp_path: Path, words: tuple[str, ...], code: int) -> None:
    done = skillhall(tmp_path / "data", *words, database_url="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == code
    assert done.stderr
    assert "Traceback" not in done.stderr
