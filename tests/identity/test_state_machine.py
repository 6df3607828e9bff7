"""Whatever people and staff do in whatever order, the account goes only where its states allow, on the real database."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from skillhall.identity.commands.close_account import close_account
from skillhall.identity.commands.open_account import Opening, open_account
from skillhall.identity.commands.suspend import ban, restore, suspend
from skillhall.identity.model.refusals import AccountNotActive, WrongState
from skillhall.identity.queries.people import check_active
from skillhall.identity.schemas.bodies import StaffReason, Suspend
from skillhall.kernel.actor import Actor
from skillhall.kernel.refusals import Refusal
from tests.identity.builders import account, admitted, an_address, live_logins, signed_in
from tests.support import database
from tests.support.hall import TestHall, test_hall

STAFF = Actor.of("identity", "a test")
WHY = StaffReason(reason="a good reason")
BINDING = {"pending_verification", "active"}


class AccountMachine(RuleBasedStateMachine):
    """One account; `state` is what the rules of the product say, the database must agree."""

    def __init__(self, hall: TestHall, run: Callable[[Awaitable[Any]], Any]) -> None:
        super().__init__()
        self.hall, self.wait = hall, run
        self.email = an_address()
        self.id: UUID = self.wait(self._open())
        self.state, self.is_verified = "pending_verification", False
        self.until = self.erase = timedelta.max
        self.elapsed = timedelta()
        self.logins = 0

    async def _open(self) -> UUID:
        async def work(tx: Any) -> UUID:
            return (await open_account(tx, Opening(email=self.email, origin="register"))).id

        return await self.hall.work(work)

    def attempt(self, call: Awaitable[Any], *allowed: str, refusal: type[Refusal]) -> bool:
        try:
            self.wait(call)
        except refusal:
            assert self.state not in allowed
            return False
        assert self.state in allowed
        return True

    @rule()
    def sign_in(self) -> None:
        if self.state == "erased":
            return
        if self.attempt(signed_in(self.hall, self.email), *BINDING, "closing", refusal=AccountNotActive):
            self.is_verified, self.state, self.erase = True, "active", timedelta.max
            self.logins = self.logins + 1

    @rule(days=st.one_of(st.none(), st.integers(1, 40)))
    def suspend(self, days: int | None) -> None:
        async def call() -> None:
            until = None if days is None else (await self.hall.read()).now + timedelta(days=days)
            await self.hall.run(suspend, STAFF, self.id, Suspend(reason="spam", until=until))

        if self.attempt(call(), *BINDING, "suspended", refusal=WrongState):
            self.state, self.logins = "suspended", 0
            self.until = timedelta.max if days is None else self.elapsed + timedelta(days=days)

    @rule()
    def ban(self) -> None:
        if self.attempt(self.hall.run(ban, STAFF, self.id, WHY), *BINDING, "suspended", "closing", refusal=WrongState):
            self.state, self.logins, self.until, self.erase = "banned", 0, timedelta.max, timedelta.max

    @rule()
    def restore(self) -> None:
        if self.attempt(self.hall.run(restore, STAFF, self.id, WHY), "suspended", "banned", refusal=WrongState):
            self.state, self.until = "active" if self.is_verified else "pending_verification", timedelta.max

    @rule()
    def close(self) -> None:
        if self.state not in BINDING:
            return

        async def call() -> None:
            person = await signed_in(self.hall, self.email)
            await self.hall.run(close_account, await admitted(self.hall, person.access_token))

        self.wait(call())
        self.state, self.is_verified, self.logins, self.erase = "closing", True, 0, self.elapsed + timedelta(days=30)

    @rule(days=st.integers(1, 35))
    def wait_days(self, days: int) -> None:
        self.wait(self.hall.advance(timedelta(days=days, minutes=1)))
        self.elapsed += timedelta(days=days, minutes=1)
        if self.until <= self.elapsed:
            self.state, self.until = "active" if self.is_verified else "pending_verification", timedelta.max
        if self.erase <= self.elapsed:
            self.state, self.is_verified, self.erase = "erased", False, timedelta.max

    @invariant()
    def database_agrees(self) -> None:
        row = self.wait(account(self.hall, self.id))
        assert row["state"] == self.state
        assert row["email_verified"] == self.is_verified
        assert (row["email"] is None) == (self.state == "erased")
        assert (row["erased_at"] is not None) == (self.state == "erased")
        assert (self.wait(live_logins(self.hall, self.id)) > 0) == (self.logins > 0)
        assert self.wait(self._may_bind()) == (self.state in BINDING)

    async def _may_bind(self) -> bool:
        try:
            await self.hall.work(check_active, self.id)
        except Refusal:
            return False
        return True


@pytest.mark.timeout(300)
def test_account_machine(server: str, template: str) -> None:
    loop = asyncio.new_event_loop()
    made = database.database(server, template)
    dsn = loop.run_until_complete(made.__aenter__())
    opened = test_hall(dsn)
    hall = loop.run_until_complete(opened.__aenter__())
    machine: Any = partial(AccountMachine, hall, loop.run_until_complete)
    every: Any = HealthCheck
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(max_examples=20, stateful_step_count=15, deadline=None, suppress_health_check=list(every)),
        )
        loop.run_until_complete(hall.verify())
    finally:
        loop.run_until_complete(opened.__aexit__(None, None, None))
        loop.run_until_complete(made.__aexit__(None, None, None))
        loop.close()
