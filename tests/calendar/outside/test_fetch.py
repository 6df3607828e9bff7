"""Fetching from a real server on TCP; where it leads is judged on every hop."""

import socket
from typing import Any

import pytest
from aiohttp import ClientTimeout

from skillhall.calendar.model.imports import UnreadableError
from skillhall.calendar.outside import fetch as fetching
from skillhall.calendar.outside.fetch import Fetched, fetch
from skillhall.kernel.outside.resolver import PublicResolver
from skillhall.kernel.public_addresses import NotPublicError
from tests.calendar.elsewhere import Elsewhere
from tests.support.services import free_port


async def fetched(url: str, etag: str | None = None, **options: Any) -> Fetched:
    return await fetch(url, **{"etag": etag, "modified": None, "may_be_here": True, **options})


async def problem(url: str, **options: Any) -> str:
    with pytest.raises(UnreadableError) as error:
        await fetched(url, **options)
    return error.value.problem


async def test_a_file_comes_whole_and_only_when_it_has_changed(elsewhere: Elsewhere) -> None:
    elsewhere.file = b"BEGIN:VCALENDAR"
    first = await fetched(f"{elsewhere.url}/a.ics")
    assert (first.body, first.modified) == (b"BEGIN:VCALENDAR", None)
    assert elsewhere.headers["User-Agent"].startswith("Skillhall")
    again = await fetched(f"{elsewhere.url}/a.ics", first.etag)
    assert again == Fetched(None, first.etag, None)
    elsewhere.file = b"END:VCALENDAR"
    assert (await fetched(f"{elsewhere.url}/a.ics", first.etag)).body == b"END:VCALENDAR"
    assert (await fetched(f"{elsewhere.url}/packed")).body == b"END:VCALENDAR"


async def test_redirects_are_followed_but_not_for_ever(elsewhere: Elsewhere) -> None:
    elsewhere.file = b"BEGIN:VCALENDAR"
    assert (await fetched(f"{elsewhere.url}/?status=301&to=/a.ics")).body == elsewhere.file
    assert await problem(f"{elsewhere.url}/round") == "server_error"
    assert elsewhere.seen.count("/round") == 6


@pytest.mark.parametrize("to", ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://[fd00::1]/", "file:///etc/passwd"])
async def test_a_redirect_leads_into_no_private_network(elsewhere: Elsewhere, to: str) -> None:
    assert await problem(f"{elsewhere.url}/?status=302&to={to}") == "private_address"


async def test_in_production_not_even_this_machine_is_asked(elsewhere: Elsewhere) -> None:
    assert await problem(f"{elsewhere.url}/a.ics", may_be_here=False) == "private_address"
    port = elsewhere.url.rsplit(":", 1)[-1]
    assert await problem(f"http://localhost:{port}/a.ics", may_be_here=False) == "private_address"
    assert elsewhere.seen == []


async def test_a_name_that_leads_here_is_refused_when_it_is_resolved() -> None:
    """The name itself says nothing; the address that the connection would go to does."""
    resolver = PublicResolver(may_be_here=False)
    with pytest.raises(NotPublicError):
        await resolver.resolve("localhost", 80, socket.AF_INET)
    found = await PublicResolver(may_be_here=True).resolve("localhost", 80, socket.AF_INET)
    assert {one["host"] for one in found} == {"127.0.0.1"}
    await resolver.close()


@pytest.mark.parametrize(
    ("status", "expected"),
    [(404, "not_found"), (410, "not_found"), (401, "refused"), (403, "refused"), (429, "refused"), (500, "server_error"), (304, "refused")],
)
async def test_what_a_status_means_to_a_person(elsewhere: Elsewhere, status: int, expected: str) -> None:
    assert await problem(f"{elsewhere.url}/?status={status}") == expected


async def test_so_much_and_no_more(elsewhere: Elsewhere) -> None:
    assert await problem(f"{elsewhere.url}/huge") == "too_large"
    assert await problem(f"{elsewhere.url}/bomb") == "too_large"


async def test_nobody_there_or_nobody_answers(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await problem(f"http://127.0.0.1:{free_port()}/a.ics") == "unreachable"
    assert await problem(f"https://127.0.0.1:{elsewhere.url.rsplit(':', 1)[-1]}/a.ics") in {"unreachable", "insecure"}
    assert await problem("http://no-such-host.invalid/a.ics") == "unreachable"
    monkeypatch.setattr(fetching, "TIMEOUT", ClientTimeout(total=0.2))
    assert await problem(f"{elsewhere.url}/slow") == "unreachable"
