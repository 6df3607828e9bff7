"""Registering, signing in with a password, forgetting and changing it."""

from datetime import timedelta
from typing import Any

import pytest
from pwdlib.hashers.bcrypt import BcryptHasher

from skillhall.identity.commands.change_password import change_password, reset_password
from skillhall.identity.commands.keys import make_key
from skillhall.identity.commands.log_in import log_in
from skillhall.identity.commands.register import register
from skillhall.identity.commands.verify_email import verify_email
from skillhall.identity.flows.passwords import hashed, hashed_for_reset, proven, proven_for_change
from skillhall.identity.model.refusals import (
    AlreadyVerified,
    EmailTaken,
    LinkInvalid,
    PasswordMoved,
    SignInLocked,
    WeakPassword,
    WrongPassword,
    WrongToken,
)  # fmt: skip
from skillhall.identity.schemas.bodies import ChangePassword, NewKey, Register, ResetPassword, VerifyEmail
from skillhall.identity.schemas.views import SignedInView
from skillhall.kernel.actor import STRANGER
from skillhall.kernel.passwords import hash_password
from skillhall.kernel.refusals import Invalid
from tests.identity.builders import a_link, account, admitted, an_address, live_logins, mailed, signed_in
from tests.support.hall import TestHall

PASSWORD, OTHER = "four calm grey herons", "nine loud blue whales"


async def registered(hall: TestHall, email: str, **more: Any) -> SignedInView:
    body = Register(email=email, password=PASSWORD, **more)
    return await hall.run(register, STRANGER, body, await hashed(body.password, body.email), "a test")


async def sign_in(hall: TestHall, email: str, password: str = PASSWORD) -> SignedInView:
    return await hall.run(log_in, STRANGER, await proven(await hall.read(), email, password), "a test")


async def grants(hall: TestHall) -> int:
    return await hall.pool.fetchval("SELECT count(*) FROM ledger.transfer WHERE kind = 'grant'")


async def test_register_signs_in_and_the_grant_waits_for_the_verification(hall: TestHall):
    email = an_address()
    answer = await registered(hall, email, first_name="Mira", last_name="Lind", role="Developer")
    assert (answer.user.state, answer.user.email_verified, answer.user.display_name) == ("pending_verification", False, "Mira Lind")
    assert (answer.user.abilities, answer.user.role, answer.user.roles) == (["worker"], "worker", ["user"])
    assert answer.profiles[0].kind == "professional"
    assert await grants(hall) == 0
    await hall.drain()
    token = await mailed(hall, email, r"token=(\S+)")
    seen = await hall.run(verify_email, STRANGER, VerifyEmail(token=token))
    assert (seen.state, seen.email_verified) == ("active", True)
    assert await grants(hall) == 1
    with pytest.raises(LinkInvalid):
        await hall.run(verify_email, STRANGER, VerifyEmail(token=token))
    assert await grants(hall) == 1
    assert (await sign_in(hall, email.upper())).user.id == answer.user.id
    await hall.verify()


async def test_two_links_verify_once(hall: TestHall):
    email = an_address()
    await registered(hall, email)
    links = [await a_link(hall, email, "verify_email"), await a_link(hall, email, "verify_email")]
    await hall.run(verify_email, STRANGER, VerifyEmail(token=links[0]))
    with pytest.raises(AlreadyVerified):
        await hall.run(verify_email, STRANGER, VerifyEmail(token=links[1]))
    assert await grants(hall) == 1


async def test_a_known_address_is_refused_and_nothing_is_written(hall: TestHall):
    email = an_address()
    await signed_in(hall, email)
    with pytest.raises(EmailTaken):
        await registered(hall, email)
    assert await hall.pool.fetchval("SELECT count(*) FROM identity.account") == 1
    assert await hall.pool.fetchval("SELECT count(*) FROM identity.login") == 1


@pytest.mark.parametrize("role", ["admin", "super_admin", "moderator", "wizard"])
async def test_no_role_word_grants_staff_rights(hall: TestHall, role: str):
    with pytest.raises(Invalid) as refused:
        await registered(hall, an_address(), role=role)
    assert refused.value.details[0].field == "role"
    assert await hall.pool.fetchval("SELECT count(*) FROM identity.account") == 0


async def test_a_zone_must_exist(hall: TestHall):
    with pytest.raises(Invalid):
        await registered(hall, an_address(), timezone="Mars/Olympus")


@pytest.mark.parametrize("password", ["password", "12345678", "aaaaaaaa", "mira.lind", "Mira.Lind@example.org", "example.org"])
async def test_weak_passwords_are_refused(password: str):
    with pytest.raises(WeakPassword):
        await hashed(password, "mira.lind@example.org")


async def test_five_wrong_passwords_lock_known_and_unknown_addresses_alike(hall: TestHall):
    known, unknown = an_address(), an_address()
    await registered(hall, known)
    for email in (known, unknown):
        for failed in range(1, 6):
            with pytest.raises(WrongPassword):
                await sign_in(hall, email, "not this one")
            kept = await hall.pool.fetch(
                "SELECT cardinality(times), locked_until IS NULL FROM identity.attempts WHERE email = $1 AND purpose = 'password'", email
            )
            assert tuple(kept[0]) == ((failed, True) if failed < 5 else (0, False))
        with pytest.raises(SignInLocked) as refused:
            await sign_in(hall, email)
        assert 890 < int(str(refused.value.params["retry_after"])) <= 901
    assert await live_logins(hall, (await account_by(hall, known))) == 1
    await hall.advance(timedelta(hours=1))  # lockouts follow the wall clock
    with pytest.raises(SignInLocked):
        await sign_in(hall, known)
    await hall.pool.execute("UPDATE identity.attempts SET locked_until = locked_until - interval '16 minutes'")
    await sign_in(hall, known)
    assert await hall.pool.fetchval("SELECT locked_until FROM identity.attempts WHERE email = $1 AND purpose = 'password'", known) is None


async def account_by(hall: TestHall, email: str):
    return await hall.pool.fetchval("SELECT id FROM identity.account WHERE email = $1", email)


async def test_a_right_password_forgets_the_failures(hall: TestHall):
    email = an_address()
    await registered(hall, email)
    for _failed in range(4):
        with pytest.raises(WrongPassword):
            await sign_in(hall, email, "not this one")
    await sign_in(hall, email)
    for _failed in range(4):
        with pytest.raises(WrongPassword):
            await sign_in(hall, email, "not this one")
    await sign_in(hall, email)


async def test_bcrypt_hashes_are_accepted_and_upgraded(hall: TestHall):
    email = an_address()
    await signed_in(hall, email)
    await hall.pool.execute("UPDATE identity.account SET password_hash = $2 WHERE email = $1", email, BcryptHasher().hash(PASSWORD))
    await sign_in(hall, email)
    stored = await hall.pool.fetchval("SELECT password_hash FROM identity.account WHERE email = $1", email)
    assert stored.startswith("$argon2id$")
    await sign_in(hall, email)


async def test_a_password_that_changed_while_it_was_compared_opens_nothing(hall: TestHall):
    email = an_address()
    await registered(hall, email)
    proof = await proven(await hall.read(), email, PASSWORD)
    await hall.pool.execute("UPDATE identity.account SET password_hash = $2 WHERE email = $1", email, await hash_password(OTHER))
    with pytest.raises(PasswordMoved):
        await hall.run(log_in, STRANGER, proof, "a test")
    assert await hall.pool.fetchval("SELECT count(*) FROM identity.login") == 1


async def test_forgotten_password_by_link_once_ends_all_logins_and_proves_the_address(hall: TestHall):
    email = an_address()
    person = await registered(hall, email)
    token = await a_link(hall, email, "reset_password")
    command = ResetPassword(token=token, password=OTHER)
    link, new_hash = await hashed_for_reset(await hall.read(), command)
    await hall.run(reset_password, STRANGER, link, new_hash)
    assert await live_logins(hall, person.user.id) == 0
    assert (await account(hall, person.user.id))["state"] == "active"
    assert await grants(hall) == 1
    with pytest.raises(LinkInvalid):
        await hall.run(reset_password, STRANGER, link, new_hash)
    with pytest.raises(LinkInvalid):
        await hashed_for_reset(await hall.read(), command)
    with pytest.raises(WrongPassword):
        await sign_in(hall, email, PASSWORD)
    await sign_in(hall, email, OTHER)


async def test_no_link_is_mailed_to_strangers_and_a_link_expires(hall: TestHall):
    email = an_address()
    with pytest.raises(AssertionError, match="no mail"):
        await a_link(hall, email, "reset_password")
    await signed_in(hall, email)
    token = await a_link(hall, email, "reset_password")
    await hall.pool.execute("UPDATE identity.code SET expires_at = expires_at - interval '1 hour' WHERE purpose = 'reset_password'")
    with pytest.raises(LinkInvalid):
        await hashed_for_reset(await hall.read(), ResetPassword(token=token, password=OTHER))


async def test_changing_the_password_ends_all_other_logins(hall: TestHall):
    email = an_address()
    person = await registered(hall, email)
    await sign_in(hall, email)
    by = await admitted(hall, person.access_token)
    wrong = await proven_for_change(await hall.read(), by, ChangePassword(current_password="not this one", new_password=OTHER))
    with pytest.raises(WrongPassword):
        await hall.run(change_password, by, *wrong)
    assert await live_logins(hall, by.account_id) == 2
    with pytest.raises(Invalid):
        await proven_for_change(await hall.read(), by, ChangePassword(new_password=OTHER))
    right = await proven_for_change(await hall.read(), by, ChangePassword(current_password=PASSWORD, new_password=OTHER))
    await hall.run(change_password, by, *right)
    assert await hall.pool.fetchval("SELECT id FROM identity.login WHERE ended_at IS NULL") == by.login_id
    await sign_in(hall, email, OTHER)


async def test_an_account_without_a_password_can_set_one(hall: TestHall):
    email = an_address()
    by = await admitted(hall, (await signed_in(hall, email)).access_token)
    await hall.run(change_password, by, *await proven_for_change(await hall.read(), by, ChangePassword(new_password=PASSWORD)))
    await sign_in(hall, email)


async def test_who_holds_the_mailbox_shuts_out_who_registered_it_before(hall: TestHall):
    email = an_address()
    stranger = await registered(hall, email)
    owner = await signed_in(hall, email)
    assert owner.user.id == stranger.user.id
    assert await hall.pool.fetchval("SELECT ended_why FROM identity.login WHERE ended_at IS NOT NULL") == "address_proven"
    with pytest.raises(WrongPassword):
        await sign_in(hall, email)
    assert await live_logins(hall, owner.user.id) == 1


@pytest.mark.parametrize("proof", ["code", "link"])
async def test_a_key_made_before_the_address_was_proven_dies_with_the_proof(hall: TestHall, proof: str):
    email = an_address()
    by = await admitted(hall, (await registered(hall, email)).access_token)
    key = (await hall.run(make_key, by, NewKey(name="a back door", scopes=["identity:read"]))).key
    assert (await admitted(hall, key)).account_id == by.account_id
    if proof == "code":
        await signed_in(hall, email)
    else:
        command = ResetPassword(token=await a_link(hall, email, "reset_password"), password=OTHER)
        await hall.run(reset_password, STRANGER, *await hashed_for_reset(await hall.read(), command))
    with pytest.raises(WrongToken):
        await admitted(hall, key)
