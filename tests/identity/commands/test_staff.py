"""Suspending, banning, restoring, roles."""

from datetime import timedelta
from uuid import UUID

import pytest

from skillhall.identity.commands.change_roles import give_role, grant_role, take_role
from skillhall.identity.commands.suspend import ban, restore, suspend
from skillhall.identity.model.refusals import (
    AccountNotActive,
    AccountNotFound,
    LastOperator,
    OperatorsAreExempt,
    Outranked,
    TokenOutdated,
    WrongState,
    WrongToken,
)  # fmt: skip
from skillhall.identity.queries.people import check_active
from skillhall.identity.queries.staff import accounts_page
from skillhall.identity.schemas.bodies import AccountQuery, RoleChange, StaffReason, Suspend
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.refusals import Invalid
from tests.identity.builders import a_person, account, admitted, an_address, live_logins, signed_in, staff
from tests.support.hall import TestHall

WHY = StaffReason(reason="a good reason")
OPERATOR = Actor.of("identity", "the command line")


async def events(hall: TestHall, account_id: UUID) -> list[str]:
    rows = await hall.pool.fetch(
        "SELECT type FROM kernel.event WHERE subject_id = $1 AND type LIKE 'identity.account%' ORDER BY position", account_id
    )
    return [row["type"].removeprefix("identity.account_") for row in rows]


async def test_suspending_ends_logins_refuses_sign_in_and_is_audited(hall: TestHall):
    admin = await staff(hall, "admin")
    person = await signed_in(hall)
    view = await hall.run(suspend, admin, person.user.id, Suspend(reason="spam"))
    assert (view.state, view.state_reason, view.logins) == ("suspended", "spam", 0)
    with pytest.raises(WrongToken):
        await admitted(hall, person.access_token)
    with pytest.raises(AccountNotActive):
        await signed_in(hall, person.user.email)
    with pytest.raises(AccountNotActive):
        await hall.work(check_active, person.user.id)
    (row,) = await hall.pool.fetch("SELECT * FROM kernel.audit WHERE action = 'identity.account_suspended'")
    assert (row["account_id"], row["subject_id"], row["reason"]) == (admin.account_id, person.user.id, "spam")
    assert not await hall.pool.fetchval("SELECT is_visible FROM identity.public_account WHERE id = $1", person.user.id)
    await hall.run(restore, admin, person.user.id, WHY)
    await hall.work(check_active, person.user.id)
    assert (await signed_in(hall, person.user.email)).user.state == "active"
    assert await events(hall, person.user.id) == ["registered", "suspended", "restored"]
    await hall.verify()


async def test_a_suspension_runs_out_by_business_time(hall: TestHall):
    admin, person = await staff(hall, "admin"), await a_person(hall)
    now = (await hall.read()).now
    with pytest.raises(Invalid):
        await hall.run(suspend, admin, person.account_id, Suspend(reason="spam", until=now - timedelta(minutes=1)))
    await hall.run(suspend, admin, person.account_id, Suspend(reason="spam", until=now + timedelta(days=7)))
    await hall.advance(timedelta(days=6))
    assert (await account(hall, person.account_id))["state"] == "suspended"
    await hall.advance(timedelta(days=1, minutes=1))
    assert (await account(hall, person.account_id))["state"] == "active"
    assert await events(hall, person.account_id) == ["registered", "suspended", "restored"]


async def test_a_pending_account_is_pending_again_after_a_suspension(hall: TestHall):
    admin, person = await staff(hall, "admin"), await a_person(hall)
    unproven = "UPDATE identity.account SET state = 'pending_verification', email_verified = false WHERE id = $1"
    await hall.pool.execute(unproven, person.account_id)
    await hall.run(suspend, admin, person.account_id, Suspend(reason="spam"))
    assert (await hall.run(restore, admin, person.account_id, WHY)).state == "pending_verification"


async def test_only_who_may_ban_lifts_a_ban(hall: TestHall):
    admin, operator, person = await staff(hall, "admin"), await staff(hall, "super_admin"), await a_person(hall)
    await hall.run(ban, operator, person.account_id, WHY)
    assert await live_logins(hall, person.account_id) == 0
    with pytest.raises(Outranked):
        await hall.run(restore, admin, person.account_id, WHY)
    with pytest.raises(WrongState):
        await hall.run(ban, operator, person.account_id, WHY)
    with pytest.raises(WrongState):
        await hall.run(suspend, admin, person.account_id, Suspend(reason="again"))
    assert (await account(hall, person.account_id))["state"] == "banned"
    await hall.run(restore, operator, person.account_id, WHY)
    assert await events(hall, person.account_id) == ["registered", "banned", "restored"]


async def test_staff_acts_on_lower_ranks_only(hall: TestHall):
    admin, peer, operator = await staff(hall, "admin"), await staff(hall, "admin"), await staff(hall, "super_admin")
    for by, on, refusal in ((admin, peer, Outranked), (admin, admin, Outranked), (admin, operator, OperatorsAreExempt)):
        with pytest.raises(refusal):
            await hall.run(suspend, by, on.account_id, Suspend(reason="spam"))
    with pytest.raises(AccountNotFound):
        await hall.run(suspend, admin, ids.new(), Suspend(reason="spam"))
    assert await hall.pool.fetchval("SELECT count(*) FROM identity.account WHERE state <> 'active'") == 0
    assert (await hall.run(suspend, operator, admin.account_id, Suspend(reason="spam"))).state == "suspended"


async def test_a_role_takes_effect_with_the_next_token(hall: TestHall):
    person = await signed_in(hall)
    await hall.run(grant_role, OPERATOR, (person.user.email or "").upper(), "super_admin")
    with pytest.raises(TokenOutdated):
        await admitted(hall, person.access_token)
    by = await admitted(hall, (await signed_in(hall, person.user.email)).access_token)
    assert by.may("role.grant")
    assert by.roles == {"user", "super_admin"}
    other = await a_person(hall)
    view = await hall.run(give_role, by, other.account_id, RoleChange(role="support", reason="joins"))
    again = await hall.run(give_role, by, other.account_id, RoleChange(role="support", reason="joins"))
    assert (view.roles, view.role) == (["user", "support"], "support")
    assert again == view
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.audit WHERE action = 'identity.roles_changed'") == 2
    assert (await hall.run(take_role, by, other.account_id, RoleChange(role="support", reason="leaves"))).roles == ["user"]


async def test_the_last_operator_stays(hall: TestHall):
    operator = await staff(hall, "super_admin")
    with pytest.raises(LastOperator):
        await hall.run(take_role, operator, operator.account_id, RoleChange(role="super_admin", reason="enough"))
    assert (await account(hall, operator.account_id))["roles"] == ["super_admin"]
    second = await staff(hall, "super_admin")
    assert (await hall.run(take_role, second, operator.account_id, RoleChange(role="super_admin", reason="enough"))).roles == ["user"]


async def test_granting_needs_a_known_address_and_a_known_role(hall: TestHall):
    with pytest.raises(AccountNotFound):
        await hall.run(grant_role, OPERATOR, an_address(), "admin")
    with pytest.raises(Invalid):
        await hall.run(grant_role, OPERATOR, an_address(), "wizard")
    person = await a_person(hall)
    await hall.run(ban, OPERATOR, person.account_id, WHY)
    with pytest.raises(AccountNotActive):
        await hall.run(grant_role, OPERATOR, person.email, "admin")


async def test_staff_finds_accounts(hall: TestHall):
    admin, person = await staff(hall, "admin"), await a_person(hall)
    read = await hall.read()
    assert {view.id for view in (await accounts_page(read, AccountQuery(search=person.email))).items} == {person.account_id}
    assert {view.id for view in (await accounts_page(read, AccountQuery(role="admin"))).items} == {admin.account_id}
    assert (await accounts_page(read, AccountQuery(state="suspended"))).items == []
    assert (await accounts_page(read, AccountQuery(sort="email"))).total == 2
    with pytest.raises(Invalid):
        await accounts_page(read, AccountQuery(state="sleepy"))
