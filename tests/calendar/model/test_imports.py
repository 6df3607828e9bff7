"""Which addresses may be asked, and when to ask again."""

from datetime import timedelta
from ipaddress import ip_address
from itertools import pairwise

import pytest

from skillhall.calendar.model.imports import address_of, wait_after
from skillhall.kernel import ids
from skillhall.kernel.public_addresses import is_public, may_be_public
from skillhall.kernel.refusals import Invalid

HALF_AN_HOUR = timedelta(minutes=30)


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("https://calendar.example.org/a.ics?key=1", "https://calendar.example.org/a.ics?key=1"),
        ("webcal://calendar.example.org/a.ics", "https://calendar.example.org/a.ics"),
        ("WEBCALS://calendar.example.org", "https://calendar.example.org/"),
        ("http://93.184.215.14:8080/a.ics#today", "http://93.184.215.14:8080/a.ics"),
        ("https://ada:secret@cloud.example.org/a.ics", "https://ada:secret@cloud.example.org/a.ics"),
        ("https://kalender.müller.example/a.ics", "https://kalender.müller.example/a.ics"),
    ],
)
def test_an_address_of_the_internet_is_taken(given: str, asked: str) -> None:
    assert address_of(given, may_be_here=False) == asked


@pytest.mark.parametrize(
    "url",
    [
        "", "calendar", "/a.ics", "ftp://example.org/a.ics", "file:///etc/passwd", "https://", "https:///a.ics", "javascript:alert(1)",
        "https://example.org:99999/", "https://example.org:port/", "https://exa mple.org/", "https://example.org/\n", "http://[::1", "https://a..b/",
        "http://127.0.0.1/", "http://127.1.2.3:5432/", "http://localhost/", "http://LOCALHOST./", "http://db.localhost/", "http://printer.local/",
        "http://metadata.google.internal/", "http://10.0.0.1/", "http://172.16.5.5/", "http://192.168.1.1/", "http://169.254.169.254/latest/",
        "http://100.64.0.1/", "http://0.0.0.0/", "http://224.0.0.1/", "http://[::1]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/",
        "http://[fd00::1]/", "http://[::ffff:10.0.0.1]/", "http://[2002:7f00:1::]/", "http://[64:ff9b::a00:1]/", "http://[::]/",
        "http://[ff02::1]/",
    ],
)  # fmt: skip
def test_any_other_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refusal:
        address_of(url, may_be_here=False)
    assert [(error.field, error.code) for error in refusal.value.details] == [("url", "calendar.address")]


def test_a_sandbox_may_look_at_its_own_machine_and_no_further() -> None:
    assert address_of("http://127.0.0.1:8000/a.ics", may_be_here=True) == "http://127.0.0.1:8000/a.ics"
    assert may_be_public("localhost", may_be_here=True)
    for address in ("10.0.0.1", "169.254.169.254", "fe80::1", "2002:a00:1::"):
        assert not is_public(ip_address(address), may_be_here=True)
    assert is_public(ip_address("2606:2800:21f:cb07:6820:80da:af6b:8b2c"), may_be_here=False)


def test_each_failure_doubles_the_wait_up_to_a_day_and_a_half() -> None:
    one = ids.new()
    waits = [wait_after(failures, HALF_AN_HOUR, one) for failures in range(9)]
    assert HALF_AN_HOUR <= waits[0] <= timedelta(minutes=35)
    assert all(later == 2 * sooner for sooner, later in pairwise(waits[:7]))
    assert waits[6] == waits[7] == waits[8] < timedelta(hours=38)
    assert len({wait_after(0, HALF_AN_HOUR, ids.new()) for _ in range(20)}) > 10
