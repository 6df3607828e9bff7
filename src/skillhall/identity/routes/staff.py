"""Accounts for staff."""

from uuid import UUID

from skillhall.identity.commands import change_roles, suspend
from skillhall.identity.model import refusals as no
from skillhall.identity.queries import staff
from skillhall.identity.schemas.bodies import AccountQuery, RoleChange, RoleQuery, StaffReason, Suspend
from skillhall.identity.schemas.views import StaffAccountView
from skillhall.kernel.http import Answer, Call, Key, delete, get, post
from skillhall.kernel.shapes import Page

RANKED = (no.AccountNotFound, no.Outranked, no.OperatorsAreExempt, no.WrongState)


@get("/admin/users", permission="account.read")
async def list_accounts(call: Call, query: AccountQuery) -> Page[StaffAccountView]:
    """List accounts by state, role, or text in address and name."""
    return await staff.accounts_page(call.read, query)


@get("/admin/users/{account_id:uuid}", permission="account.read", refuses=(no.AccountNotFound,))
async def read_account(call: Call, account_id: UUID) -> StaffAccountView:
    """Read an account."""
    return await staff.staff_account(call.read, account_id)


@post("/admin/users/{account_id:uuid}/suspend", permission="account.suspend", key=Key.NATURAL, refuses=RANKED,
      example={"reason": "Three reports of spam within a day", "until": "2030-01-31T00:00:00Z"})  # fmt: skip
async def suspend_account(call: Call, account_id: UUID, data: Suspend) -> Answer[StaffAccountView]:
    """Suspend an account until a date, or until it is restored; its logins end."""
    return await call.run(suspend.suspend, account_id, data)


@post("/admin/users/{account_id:uuid}/restore", permission="account.suspend", key=Key.NATURAL, refuses=RANKED,
      example={"reason": "The reports were wrong"})  # fmt: skip
async def restore_account(call: Call, account_id: UUID, data: StaffReason) -> Answer[StaffAccountView]:
    """End a suspension, or, with the permission to ban, a ban. What was cancelled stays cancelled."""
    return await call.run(suspend.restore, account_id, data)


@post("/admin/users/{account_id:uuid}/ban", permission="account.ban", key=Key.NATURAL, refuses=RANKED,
      example={"reason": "Sold stolen goods, confirmed by two people"})  # fmt: skip
async def ban_account(call: Call, account_id: UUID, data: StaffReason) -> Answer[StaffAccountView]:
    """Ban an account for good; its logins end."""
    return await call.run(suspend.ban, account_id, data)


@post("/admin/users/{account_id:uuid}/roles", permission="role.grant", key=Key.NATURAL, refuses=(no.AccountNotFound, no.AccountNotActive),
      example={"role": "support", "reason": "Joins the support team"})  # fmt: skip
async def give_role(call: Call, account_id: UUID, data: RoleChange) -> Answer[StaffAccountView]:
    """Give a staff role."""
    return await call.run(change_roles.give_role, account_id, data)


@delete("/admin/users/{account_id:uuid}/roles", permission="role.grant", refuses=(no.AccountNotFound, no.LastOperator))
async def take_role(call: Call, account_id: UUID, query: RoleQuery) -> Answer[StaffAccountView]:
    """Take a staff role, but never the last super_admin's."""
    return await call.run(change_roles.take_role, account_id, RoleChange(role=query.role, reason=query.reason))
