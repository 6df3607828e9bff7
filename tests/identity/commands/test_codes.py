"""Signing in by code: made by the job, three tries, five minutes, once."""

import re
from datetime import timedelta

import msgspec
import pytest

from skillhall.identity.commands.send_code import send_code
from skillhall.identity.commands.verify_code import verify_code
from skillhall.identity.model.account import IdentityRules
from skillhall.identity.model.refusals import TooManyCodes, WrongCode
from skillhall.identity.schemas.bodies import VerifyCode
from skillhall.kernel.actor import STRANGER
from tests.identity.builders import a_code, an_address, mailed, signed_in
from tests.support.hall import TestHall, test_hall


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def verify(hall: TestHall, email: str, code: str):
    return await hall.run(verify_code, STRANGER, VerifyCode(email=email, code=code), "a test")


async def test_first_sign_in_makes_account_profile_and_grant_in_one_transaction(hall: TestHall):
    email = an_address()
    answer = await signed_in(hall, email.upper())
    assert answer.is_new_account
    assert answer.user.email == email
    assert (answer.user.state, answer.user.email_verified, answer.user.display_name) == ("active", True, email.split("@")[0])
    assert [(face.kind, face.is_primary, face.completion_percentage) for face in answer.profiles] == [("innovator", True, 20)]
    xmins = await hall.pool.fetch(
        "SELECT xmin::text FROM identity.account WHERE id = $1 UNION SELECT xmin::text FROM profiles.profile WHERE account_id = $1",
        answer.user.id,
    )
    assert len(xmins) == 1
    again = await signed_in(hall, email)
    assert not again.is_new_account
    assert again.user.id == answer.user.id
    await hall.verify()


async def test_a_code_rests_nowhere_but_in_the_mail(hall: TestHall):
    email = an_address()
    code = await a_code(hall, email)
    for table in ("kernel.delivery", "kernel.event", "kernel.audit", "identity.code", "identity.attempts"):
        rows = await hall.pool.fetch(f"SELECT t::text AS row FROM {table} t")
        assert not [row["row"] for row in rows if re.search(rf"\b{code}\b", row["row"])], table


async def test_a_code_works_once(hall: TestHall):
    email = an_address()
    code = await a_code(hall, email)
    await verify(hall, email, code)
    with pytest.raises(WrongCode):
        await verify(hall, email, code)
    assert await hall.pool.fetchval("SELECT count(*) FROM identity.login") == 1


async def test_wrong_tries_stay_counted_and_the_fourth_fails_though_right(hall: TestHall):
    email = an_address()
    code = await a_code(hall, email)
    for tried in (1, 2, 3):
        with pytest.raises(WrongCode):
            await verify(hall, email, other_than(code))
        assert await hall.pool.fetchval("SELECT tries FROM identity.code WHERE email = $1", email) == tried
    with pytest.raises(WrongCode):
        await verify(hall, email, code)
    assert await hall.pool.fetchval("SELECT count(*) FROM identity.account") == 0


async def test_a_new_code_replaces_the_old_and_the_old_tries_do_not_come_back(hall: TestHall):
    email = an_address()
    first = await a_code(hall, email)
    second = await a_code(hall, email)
    if first != second:
        with pytest.raises(WrongCode):
            await verify(hall, email, first)
    assert (await verify(hall, email, second)).is_new_account
    with pytest.raises(WrongCode):
        await verify(hall, email, first)


async def test_a_code_dies_after_five_minutes_of_wall_time(hall: TestHall):
    email = an_address()
    code = await a_code(hall, email)
    await hall.advance(timedelta(hours=1))  # business time does not move it
    await hall.pool.execute("UPDATE identity.code SET expires_at = expires_at - interval '5 minutes' WHERE email = $1", email)
    with pytest.raises(WrongCode):
        await verify(hall, email, code)
    assert timedelta(minutes=5) == IdentityRules().code_life


async def test_three_codes_an_hour_for_known_and_unknown_alike(database_dsn: str):
    async with test_hall(database_dsn, rate_limit_factor=1.0) as hall:
        known = (await signed_in(hall)).user.email or ""
        unknown = an_address()
        answers = [await hall.run(send_code, STRANGER, email, "sign_in") for email in (known, known, unknown, unknown, unknown)]
        assert len({msgspec.json.encode(answer) for answer in answers}) == 1
        for email in (known, unknown):
            with pytest.raises(TooManyCodes) as refused:
                await hall.run(send_code, STRANGER, email, "sign_in")
            assert 0 < int(str(refused.value.params["retry_after"])) <= 3601
        await hall.drain()
        assert await hall.pool.fetchval("SELECT count(*) FROM kernel.mail WHERE rcpt = $1", unknown) == 3
        await hall.pool.execute("UPDATE identity.attempts SET times = ARRAY(SELECT t - interval '61 minutes' FROM unnest(times) t)")
        await hall.run(send_code, STRANGER, unknown, "sign_in")


async def test_a_retried_job_mails_another_code_and_the_last_one_counts(hall: TestHall):
    email = an_address()
    first = await a_code(hall, email)
    code_id = await hall.pool.fetchval("SELECT id FROM identity.code WHERE email = $1", email)
    await hall.pool.execute(
        "INSERT INTO kernel.delivery (id, receiver, payload, due_at) VALUES (gen_random_uuid(), 'identity.mail_code', "
        "jsonb_build_object('code_id', $1::text), now())",
        str(code_id),
    )
    await hall.drain()
    second = await mailed(hall, email)
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.mail WHERE rcpt = $1", email) == 2
    if second != first:
        with pytest.raises(WrongCode):
            await verify(hall, email, first)
    assert (await verify(hall, email, second)).is_new_account
