"""Sixteen callers at once; no deadlock, and what must happen once happens once."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from skillhall.identity.commands.block import block, unblock
from skillhall.identity.commands.change_password import reset_password
from skillhall.identity.commands.change_roles import take_role
from skillhall.identity.commands.close_account import close_account, erase_account
from skillhall.identity.commands.log_in import log_in
from skillhall.identity.commands.refresh import refresh
from skillhall.identity.commands.register import register
from skillhall.identity.commands.send_code import send_code
from skillhall.identity.commands.suspend import restore, suspend
from skillhall.identity.commands.verify_code import verify_code
from skillhall.identity.flows.passwords import hashed_for_reset, proven
from skillhall.identity.model.refusals import (
    AccountNotActive,
    EmailTaken,
    LastOperator,
    LinkInvalid,
    SignInLocked,
    TokenReused,
    TooManyCodes,
    WrongCode,
    WrongPassword,
)  # fmt: skip
from skillhall.identity.queries.people import check_active
from skillhall.identity.schemas.bodies import Register, ResetPassword, RoleChange, StaffReason, Suspend, VerifyCode
from skillhall.identity.schemas.views import BlockView, SignedInView, StaffAccountView, TokensView
from skillhall.kernel.actor import STRANGER, Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.passwords import hash_password
from tests.identity.builders import a_code, a_link, a_person, an_address, live_logins, signed_in, staff
from tests.support.hall import TestHall, test_hall

CALLERS = 16
NOTE = sql("INSERT INTO identity.attempts (email, purpose, touched_at) VALUES ($1, 'bound', $2)")


def kinds(answers: list[object]) -> dict[type, int]:
    return {kind: sum(type(answer) is kind for answer in answers) for kind in {type(answer) for answer in answers}}


@pytest.mark.parametrize("is_known", [True, False])
async def test_one_code_signs_in_once(hall: TestHall, is_known: bool):
    email = (await signed_in(hall)).user.email or "" if is_known else an_address()
    command = VerifyCode(email=email, code=await a_code(hall, email))
    answers = await hall.race(*[partial(hall.run, verify_code, STRANGER, command, "a test")] * CALLERS)
    assert kinds(answers) == {SignedInView: 1, WrongCode: CALLERS - 1}
    assert await hall.pool.fetchval("SELECT count(*) FROM identity.login") == (2 if is_known else 1)
    assert await hall.pool.fetchval("SELECT count(*) FROM ledger.transfer WHERE kind = 'grant'") == 1
    await hall.verify()


async def test_sixteen_guesses_are_three_tries(hall: TestHall):
    email = an_address()
    code = await a_code(hall, email)
    guesses = [f"{(int(code) + step) % 1_000_000:06d}" for step in range(1, CALLERS + 1)]
    calls = [partial(hall.run, verify_code, STRANGER, VerifyCode(email=email, code=guess), "a test") for guess in guesses]
    assert kinds(await hall.race(*calls)) == {WrongCode: CALLERS}
    assert await hall.pool.fetchval("SELECT tries FROM identity.code WHERE email = $1", email) == 3


async def test_one_refresh_token_rotates_once_and_all_get_the_same_pair(hall: TestHall):
    person = await signed_in(hall)
    answers = await hall.race(*[partial(hall.run, refresh, STRANGER, person.refresh_token)] * CALLERS)
    assert kinds(answers) == {TokensView: CALLERS}
    assert all(answer == answers[0] for answer in answers)
    assert await live_logins(hall, person.user.id) == 1
    assert (await hall.run(refresh, STRANGER, answers[0].refresh_token)).refresh_token != answers[0].refresh_token


async def test_a_reused_token_ends_the_login_once(hall: TestHall):
    person = await signed_in(hall)
    await hall.run(refresh, STRANGER, person.refresh_token)
    await hall.pool.execute("UPDATE identity.login SET rotated_at = rotated_at - interval '1 minute'")
    answers = await hall.race(*[partial(hall.run, refresh, STRANGER, person.refresh_token)] * CALLERS)
    assert kinds(answers)[TokenReused] == 1
    assert await live_logins(hall, person.user.id) == 0


async def test_one_address_registers_once(hall: TestHall):
    command = Register(email=an_address(), password="four calm grey herons")
    stored = await hash_password(command.password)
    answers = await hall.race(*[partial(hall.run, register, STRANGER, command, stored, "a test")] * CALLERS)
    assert kinds(answers) == {SignedInView: 1, EmailTaken: CALLERS - 1}
    assert await hall.pool.fetchval("SELECT count(*) FROM profiles.profile") == 1


async def test_guessing_at_once_gives_no_more_than_five_guesses(hall: TestHall):
    command = Register(email=an_address(), password="four calm grey herons")
    person = await hall.run(register, STRANGER, command, await hash_password(command.password), "a test")
    read = await hall.read()
    wrong = [await proven(read, command.email, f"guess {number}") for number in range(CALLERS - 1)]
    right = await proven(read, command.email, command.password)
    answers = await hall.race(*[partial(hall.run, log_in, STRANGER, proof, "a test") for proof in (*wrong, right)])
    counted = kinds(answers)
    assert counted[WrongPassword] in {5, 6, 7, 8, 9}  # a right one in between forgets those before it
    assert counted.get(SignInLocked, 0) >= CALLERS - 1 - counted[WrongPassword]
    assert await live_logins(hall, person.user.id) <= 2


async def test_one_address_is_mailed_three_times(database_dsn: str):
    async with test_hall(database_dsn, rate_limit_factor=1.0) as hall:
        await _mailed_three_times(hall)


async def _mailed_three_times(hall: TestHall) -> None:
    email = an_address()
    answers = await hall.race(*[partial(hall.run, send_code, STRANGER, email, "sign_in")] * CALLERS)
    assert kinds(answers)[TooManyCodes] == CALLERS - 3
    await hall.drain()
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.mail WHERE rcpt = $1", email) == 3


async def test_one_link_resets_once(hall: TestHall):
    email = (await signed_in(hall)).user.email or ""
    token = await a_link(hall, email, "reset_password")
    link, stored = await hashed_for_reset(await hall.read(), ResetPassword(token=token, password="nine loud blue whales"))
    answers = await hall.race(*[partial(hall.run, reset_password, STRANGER, link, stored)] * CALLERS)
    assert kinds(answers)[LinkInvalid] == CALLERS - 1


async def test_nothing_is_bound_past_a_suspension(hall: TestHall):
    admin, person, other = await staff(hall, "admin"), await a_person(hall), await a_person(hall)

    async def bind(tx: Tx, name: str) -> str:
        await check_active(tx, other.account_id, person.account_id)
        await tx.run(NOTE, name, tx.wall)
        return name

    calls = [partial(hall.work, bind, f"{number}") for number in range(CALLERS)]
    calls.insert(CALLERS // 2, partial(hall.run, suspend, admin, person.account_id, Suspend(reason="spam")))
    answers = await hall.race(*calls)
    assert kinds(answers).keys() <= {str, AccountNotActive, StaffAccountView}, answers
    bound = [answer for answer in answers if isinstance(answer, str)]
    refused = [answer for answer in answers if isinstance(answer, AccountNotActive)]
    assert len(bound) + len(refused) == CALLERS
    assert await hall.pool.fetchval("SELECT count(*) FROM identity.attempts WHERE purpose = 'bound'") == len(bound)
    with pytest.raises(AccountNotActive):
        await hall.work(bind, "afterwards")


async def test_suspending_waits_for_work_under_way(hall: TestHall):
    """The suspension commits after every transaction that has checked the account before it."""
    admin, person = await staff(hall, "admin"), await a_person(hall)
    async with hall.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.fetch("SELECT id FROM identity.account WHERE id = $1 FOR KEY SHARE", person.account_id)
        blocked = await hall.race(_with_timeout(hall, admin, person))
        assert type(blocked[0]).__name__ == "LockNotAvailableError"
        await transaction.rollback()
    assert (await hall.run(suspend, admin, person.account_id, Suspend(reason="spam"))).state == "suspended"


def _with_timeout(hall: TestHall, admin: Actor, person: Actor) -> Callable[[], Awaitable[Any]]:
    async def work(tx: Tx) -> StaffAccountView:
        await tx.run(sql("SET LOCAL lock_timeout = '200ms'"))
        return await suspend(tx, admin, person.account_id, Suspend(reason="spam"))

    return partial(hall.work, work)


async def test_suspend_and_restore_and_sign_in_at_once(hall: TestHall):
    admin, person = await staff(hall, "admin"), await signed_in(hall)
    email = person.user.email or ""
    command = VerifyCode(email=email, code=await a_code(hall, email))
    calls = []
    for _ in range(CALLERS // 4):
        calls += [
            partial(hall.run, suspend, admin, person.user.id, Suspend(reason="spam")),
            partial(hall.run, restore, admin, person.user.id, StaffReason(reason="no spam")),
            partial(hall.run, verify_code, STRANGER, command, "a test"),
            partial(hall.run, refresh, STRANGER, person.refresh_token),
        ]
    await hall.race(*calls)
    await hall.verify()


async def test_two_operators_cannot_unseat_each_other(hall: TestHall):
    operators = [await staff(hall, "super_admin") for _ in range(4)]
    coup = RoleChange(role="super_admin", reason="a coup")
    calls = [partial(hall.run, take_role, by, on.account_id, coup) for by in operators for on in operators]
    answers = await hall.race(*calls)
    assert kinds(answers)[LastOperator] >= 1
    assert await hall.pool.fetchval("SELECT count(*) FROM identity.account WHERE 'super_admin' = ANY(roles)") == 1


async def test_blocking_and_lifting_at_once_always_answers(hall: TestHall):
    mira, taro = await a_person(hall), await a_person(hall)
    calls = [partial(hall.run, verb, mira, taro.account_id) for verb in (block, unblock) for _ in range(CALLERS)]
    assert kinds(await hall.race(*calls)) == {BlockView: CALLERS, Deleted: CALLERS}


async def test_sixteen_sweepers_erase_one_person_once(hall: TestHall):
    """A timekeeper and somebody who moves the clock look for the same work: each step is done once, and nobody fails."""
    person = await a_person(hall)
    await hall.run(close_account, person)
    await hall.pool.execute("UPDATE identity.account SET erase_at = now() WHERE id = $1", person.account_id)
    rounds = 0

    async def erase(tx: Tx) -> None:
        await erase_account(person.account_id, tx)

    while await hall.pool.fetchval("SELECT state <> 'erased' OR erased_at IS NULL FROM identity.account WHERE id = $1", person.account_id):
        answers = await hall.race(*[partial(hall.work, erase)] * CALLERS)
        assert answers == [None] * CALLERS
        assert (rounds := rounds + 1) < 100
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.event WHERE type = 'identity.account_erased'") == 1
    await hall.verify()
