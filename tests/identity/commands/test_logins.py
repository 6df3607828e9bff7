"""Refresh tokens, signing out, devices, and switching profiles."""

from datetime import timedelta

import jwt
import pytest

from skillhall.identity.commands.log_out import end_login, log_out
from skillhall.identity.commands.refresh import refresh
from skillhall.identity.commands.use_profile import use_profile
from skillhall.identity.model.refusals import LoginNotFound, LoginRequired, TokenOutdated, TokenReused, WrongToken
from skillhall.identity.queries.own import logins_page
from skillhall.identity.schemas.bodies import LogOut
from skillhall.kernel import ids, tokens
from skillhall.kernel.actor import STRANGER, Actor
from skillhall.kernel.shapes import ListQuery
from tests.identity.builders import a_person, admitted, an_address, live_logins, signed_in
from tests.support.hall import TestHall


async def test_rotation_answers_the_same_pair_within_ten_seconds(hall: TestHall):
    person = await signed_in(hall)
    first = await hall.run(refresh, STRANGER, person.refresh_token)
    again = await hall.run(refresh, STRANGER, person.refresh_token)
    assert first == again
    assert first.refresh_token != person.refresh_token
    second = await hall.run(refresh, STRANGER, first.refresh_token)
    assert second.refresh_token != first.refresh_token
    claims = jwt.decode(second.access_token, options={"verify_signature": False})
    assert claims.keys() == {"sub", "email", "profileId", "roles", "sid", "rev", "iat", "exp", "type"}
    assert (claims["sub"], claims["type"], claims["exp"] - claims["iat"]) == (str(person.user.id), "access", 900)


@pytest.mark.parametrize("steps", [1, 3])
async def test_reuse_ends_the_login_and_it_stays_ended(hall: TestHall, steps: int):
    person = await signed_in(hall)
    newest = person.refresh_token
    for _step in range(steps):
        newest = (await hall.run(refresh, STRANGER, newest)).refresh_token
    await hall.pool.execute("UPDATE identity.login SET rotated_at = rotated_at - interval '11 seconds'")
    with pytest.raises(TokenReused):
        await hall.run(refresh, STRANGER, person.refresh_token)
    assert await hall.pool.fetchval("SELECT ended_why FROM identity.login") == "token_reused"
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.audit WHERE action = 'identity.token_reused'") == 1
    for token in (newest, person.refresh_token):
        with pytest.raises(WrongToken):
            await hall.run(refresh, STRANGER, token)
    with pytest.raises(WrongToken):
        await admitted(hall, person.access_token)


async def test_what_was_never_made_here_ends_nothing(hall: TestHall):
    person = await signed_in(hall)
    token = person.refresh_token or ""
    other = "A" if token[-1] != "A" else "B"
    for forged in (token[:-1] + other, token[:40] + tokens.fresh() + token[-22:], "rt_nonsense", token + "é"):
        with pytest.raises(WrongToken):
            await hall.run(refresh, STRANGER, forged)
    assert await live_logins(hall, person.user.id) == 1


async def test_thirty_days_count_from_the_sign_in(hall: TestHall):
    person = await signed_in(hall)
    expires_at = await hall.pool.fetchval("SELECT expires_at FROM identity.login")
    rotated = await hall.run(refresh, STRANGER, person.refresh_token)
    assert await hall.pool.fetchval("SELECT expires_at FROM identity.login") == expires_at
    assert await hall.pool.fetchval("SELECT expires_at - created_at FROM identity.login") == timedelta(days=30)
    await hall.pool.execute("UPDATE identity.login SET expires_at = now()")
    with pytest.raises(WrongToken):
        await hall.run(refresh, STRANGER, rotated.refresh_token)


async def test_only_hashes_rest(hall: TestHall):
    person = await signed_in(hall)
    row = await hall.pool.fetchval("SELECT l::text FROM identity.login l")
    assert person.refresh_token not in row
    assert tokens.digest(person.refresh_token or "").hex() in row


async def test_sign_out_ends_all_or_the_current_one(hall: TestHall):
    email = an_address()
    first = await a_person(hall, email)
    second = await a_person(hall, email)
    third = await a_person(hall, email)
    assert (await hall.run(log_out, second, LogOut(scope="current"))).ended == 1
    assert await live_logins(hall, first.account_id) == 2
    page = await logins_page(await hall.read(), first, ListQuery())
    assert {(view.id, view.is_current) for view in page.items} == {(first.login_id, True), (third.login_id, False)}
    assert (await hall.run(log_out, first, LogOut())).ended == 2
    assert await live_logins(hall, first.account_id) == 0
    assert (await hall.run(log_out, first, LogOut())).ended == 0


async def test_a_device_is_ended_by_its_own_account_alone(hall: TestHall):
    email = an_address()
    person, device, other = await a_person(hall, email), await a_person(hall, email), await a_person(hall)
    for login_id in (device.login_id, ids.new()):
        with pytest.raises(LoginNotFound):
            await hall.run(end_login, other, login_id)
    assert await live_logins(hall, person.account_id) == 2
    await hall.run(end_login, person, device.login_id)
    with pytest.raises(LoginNotFound):
        await hall.run(end_login, person, device.login_id)
    with pytest.raises(LoginRequired):
        await hall.run(end_login, Actor(account_id=person.account_id, api_key_id=ids.new()), person.login_id)


async def test_switching_the_profile_outdates_older_access_tokens(hall: TestHall):
    person = await signed_in(hall)
    by = await admitted(hall, person.access_token)
    answer = await hall.run(use_profile, by, by.profile_id)
    with pytest.raises(TokenOutdated):
        await admitted(hall, person.access_token)
    assert (await admitted(hall, answer.access_token)).profile_id == by.profile_id
