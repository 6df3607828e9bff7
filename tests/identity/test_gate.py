"""The door: what a process remembers, and how fast it forgets."""

import time
from collections.abc import Sequence

import jwt
import pytest

from skillhall.identity import gate
from skillhall.identity.commands.change_roles import grant_role
from skillhall.identity.commands.log_out import log_out
from skillhall.identity.commands.register import register
from skillhall.identity.commands.verify_email import verify_email
from skillhall.identity.gate import LoginGate, Memory
from skillhall.identity.model.refusals import TokenOutdated, WrongToken
from skillhall.identity.schemas.bodies import LogOut, Register, VerifyEmail
from skillhall.kernel import ids, tokens
from skillhall.kernel.actor import STRANGER, Actor
from skillhall.kernel.db.statement import Statement
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.passwords import hash_password
from skillhall.kernel.refusals import NotFound
from skillhall.kernel.tokens import TokenExpired, TokenInvalid
from tests.identity.builders import a_link, a_person, an_address, signed_in
from tests.support.hall import TestHall

DOOR = LoginGate()


class Counting(Read):
    """Counts what is asked of the database."""

    asked = 0

    async def row(self, statement: Statement, *args: object) -> Row | None:
        self.asked += 1
        return await super().row(statement, *args)

    async def rows(self, statement: Statement, *args: object) -> Sequence[Row]:
        self.asked += 1
        return await super().rows(statement, *args)


async def a_process(hall: TestHall) -> Counting:
    """Return what reads for a process that has just started."""
    await hall.runner.refresh_clock()
    hall.runner.house.settings[Memory] = Memory()
    return Counting(hall.pool, hall.runner.house)


def later(read: Read) -> Read:
    """The same process after the poll is due."""
    read.setting(Memory).next_poll = 0.0
    return read


async def test_a_known_token_costs_no_query(hall: TestHall):
    person = await signed_in(hall)
    read = await a_process(hall)
    first = await DOOR.admit(read, person.access_token)
    asked = read.asked
    for _again in range(50):
        assert await DOOR.admit(read, person.access_token) is first
    assert read.asked == asked
    assert (first.account_id, first.email, first.email_verified) == (person.user.id, person.user.email, True)
    assert first.permissions == frozenset()


async def test_an_ended_login_is_refused_at_the_next_poll(hall: TestHall):
    person = await signed_in(hall)
    read = await a_process(hall)
    by = await DOOR.admit(read, person.access_token)
    await hall.run(log_out, by, LogOut(scope="current"))
    with pytest.raises(WrongToken):
        await DOOR.admit(later(read), person.access_token)
    assert gate.POLL_SECONDS + 1 < 5


async def test_a_process_that_nobody_asked_for_long_catches_up(hall: TestHall):
    person = await signed_in(hall)
    read = await a_process(hall)
    by = await DOOR.admit(read, person.access_token)
    await hall.run(log_out, by, LogOut(scope="current"))
    read.wall += 5 * gate.OVERLAP
    with pytest.raises(WrongToken):
        await DOOR.admit(later(read), person.access_token)


async def test_an_older_revision_is_refused_at_the_next_poll(hall: TestHall):
    person = await signed_in(hall)
    read = await a_process(hall)
    await DOOR.admit(read, person.access_token)
    await hall.run(grant_role, Actor.of("identity", "a test"), person.user.email, "support")
    with pytest.raises(TokenOutdated):
        await DOOR.admit(later(read), person.access_token)


async def test_a_proven_address_is_noticed(hall: TestHall):
    email = an_address()
    command = Register(email=email, password="four calm grey herons")
    person = await hall.run(register, STRANGER, command, await hash_password(command.password), "a test")
    read = await a_process(hall)
    assert not (await DOOR.admit(read, person.access_token)).email_verified
    await hall.run(verify_email, STRANGER, VerifyEmail(token=await a_link(hall, email, "verify_email")))
    assert (await DOOR.admit(later(read), person.access_token)).email_verified


async def test_a_change_that_commits_after_the_poll_is_seen_by_a_later_one(hall: TestHall):
    """The change takes its time before the poll and commits after it."""
    person = await signed_in(hall)
    read = await a_process(hall)
    async with hall.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("UPDATE identity.login SET ended_at = now(), ended_why = 'ended', changed_at = now()")
        await DOOR.admit(read, person.access_token)
        await DOOR.admit(later(read), person.access_token)
        await transaction.commit()
    with pytest.raises(WrongToken):
        await DOOR.admit(later(read), person.access_token)


async def test_tokens_of_others_and_old_ones_are_refused(hall: TestHall):
    person = await signed_in(hall)
    read, secret = await a_process(hall), hall.config.secret
    claims = jwt.decode(person.access_token, options={"verify_signature": False})
    forged = [
        jwt.encode(claims, "another secret, just as long as ours is", algorithm="HS256"),
        jwt.encode(claims, "", algorithm="none"),
        person.access_token[:-2],
        "nonsense",
    ]
    for token in forged:
        with pytest.raises(TokenInvalid):
            await DOOR.admit(read, token)
    with pytest.raises(TokenExpired):
        await DOOR.admit(read, tokens.sign_access(secret, {**claims, "exp": int(time.time()) - 1}))
    with pytest.raises(WrongToken):
        await DOOR.admit(read, tokens.sign_access(secret, {**claims, "sid": str(ids.new())}))
    with pytest.raises(WrongToken):
        await DOOR.admit(read, tokens.sign_access(secret, {key: value for key, value in claims.items() if key != "sid"}))
    with pytest.raises(WrongToken):
        await DOOR.admit(read, "sk_nonsense")
    assert read.setting(Memory).admitted == {}


async def test_memory_is_bounded(hall: TestHall, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gate, "LARGEST", 3)
    people = [await signed_in(hall) for _ in range(5)]
    read = await a_process(hall)
    for person in people:
        await DOOR.admit(read, person.access_token)
    memory = read.setting(Memory)
    assert list(memory.admitted) == [person.access_token for person in people[2:]]
    assert len(memory.tokens) == 3


async def test_one_acts_as_own_profiles_only(hall: TestHall):
    one, other = await a_person(hall), await a_person(hall)
    read = await a_process(hall)
    assert one.profile_id is not None
    assert (await DOOR.as_profile(read, one, one.profile_id)).profile_id == one.profile_id
    assert other.profile_id is not None
    with pytest.raises(NotFound):
        await DOOR.as_profile(read, one, other.profile_id)
