"""What is forgotten, and when."""

from datetime import timedelta

from skillhall.identity.commands.log_out import log_out
from skillhall.identity.jobs import forget_stale
from skillhall.identity.schemas.bodies import LogOut
from tests.identity.builders import a_code, a_person, an_address, signed_in
from tests.support.hall import TestHall


async def counted(hall: TestHall) -> dict[str, int]:
    return {table: await hall.pool.fetchval(f"SELECT count(*) FROM identity.{table}") for table in ("login", "code", "attempts")}


async def test_only_what_nothing_needs_is_forgotten(hall: TestHall):
    by = await a_person(hall)
    await signed_in(hall, by.email)
    await a_code(hall, an_address())
    await hall.run(log_out, by, LogOut(scope="current"))
    before = await counted(hall)
    await hall.work(forget_stale)
    assert await counted(hall) == before
    await hall.pool.execute("UPDATE identity.login SET ended_at = ended_at - interval '31 days'")
    await hall.pool.execute("UPDATE identity.code SET requested_at = requested_at - interval '3 days'")
    await hall.pool.execute("UPDATE identity.attempts SET touched_at = touched_at - interval '3 days'")
    await hall.work(forget_stale)
    assert await counted(hall) == {"login": 1, "code": 0, "attempts": 0}


async def test_a_code_that_waited_too_long_is_not_mailed(hall: TestHall):
    email = an_address()
    await hall.pool.execute(
        "INSERT INTO identity.code (id, purpose, email, tries_allowed, requested_at) VALUES (gen_random_uuid(), 'sign_in', $1, 3, $2)",
        email, (await hall.read()).wall - timedelta(hours=2),
    )  # fmt: skip
    await hall.pool.execute(
        "INSERT INTO kernel.delivery (id, receiver, payload, due_at) SELECT gen_random_uuid(), 'identity.mail_code', "
        "jsonb_build_object('code_id', id), now() FROM identity.code WHERE email = $1",
        email,
    )
    await hall.drain()
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.mail WHERE rcpt = $1", email) == 0
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.delivery") == 0
