"""What a client's or the database's trouble comes to."""

from typing import Any

import asyncpg
import pytest

from skillhall.kernel.http.request import Exchange, Incomplete, read_body
from skillhall.kernel.http.serve import broken

SCOPE = {"method": "POST", "headers": [(b"content-length", b"20")]}


def an_exchange() -> Exchange:
    return Exchange(SCOPE, "127.0.0.1")


async def test_a_client_that_goes_away_has_sent_nothing():
    messages = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> Any:
        return next(messages)

    with pytest.raises(Incomplete):
        await read_body(receive, an_exchange())


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (asyncpg.NumericValueOutOfRangeError("integer out of range"), 400, b"http.out_of_range"),
        (asyncpg.LockNotAvailableError("lock timeout"), 503, b"http.busy"),
        (KeyError("secret detail"), 500, b"http.internal_error"),
    ],
)
def test_an_error_is_told_without_its_details(error: Exception, status: int, reason: bytes):
    reply = broken(an_exchange(), error)
    assert reply.status == status
    assert reason in reply.body
    assert b"secret" not in reply.body
