"""Give and take staff roles."""

from typing import get_args
from uuid import UUID

from skillhall.identity.events import RolesChanged
from skillhall.identity.model.account import ROLES, Account, Role, normalized
from skillhall.identity.model.refusals import AccountNotActive, AccountNotFound, LastOperator
from skillhall.identity.queries.staff import staff_account
from skillhall.identity.schemas.bodies import RoleChange
from skillhall.identity.schemas.views import StaffAccountView
from skillhall.identity.store import accounts, logins
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Subject


async def give_role(tx: Tx, by: Actor, account_id: UUID, command: RoleChange) -> StaffAccountView:  # noqa: ARG001 - a command's shape
    """Give a role; its access tokens are refused within seconds, so that the next ones carry it. Twice is once."""
    await _give(tx, await accounts.lock_account(tx, account_id), command.role, command.reason)
    return await staff_account(tx, account_id)


async def take_role(tx: Tx, by: Actor, account_id: UUID, command: RoleChange) -> StaffAccountView:  # noqa: ARG001 - a command's shape
    """Take a role, but never the last super_admin's."""
    account, operators = await accounts.lock_with_operators(tx, account_id)
    if command.role == "super_admin" and [one.id for one in operators if one.may_bind] == [account.id]:
        raise LastOperator
    if command.role in account.roles:
        await _set(tx, account, [role for role in account.roles if role != command.role], command.reason)
    return await staff_account(tx, account_id)


async def grant_role(tx: Tx, by: Actor, email: str, role: str) -> None:
    """Give a role to the account of this address: how the first operator is made, from the command line."""
    if role not in get_args(Role):
        raise Invalid(FieldError("role", "body", "not_an_option", f"{role!r} is none of {', '.join(ROLES)}."))
    account = await accounts.lock_by_email(tx, normalized(email))
    if account is None:
        raise AccountNotFound
    await _give(tx, account, role, by.reason or "granted")


async def _give(tx: Tx, account: Account, role: str, reason: str) -> None:
    if not account.may_bind:
        raise AccountNotActive(account_id=account.id, state=account.state)
    if role not in account.roles:
        await _set(tx, account, [known for known in ROLES if known == role or known in account.roles], reason)


async def _set(tx: Tx, account: Account, roles: list[str], reason: str) -> None:
    await logins.lock_logins(tx, account.id)
    await accounts.set_roles(tx, account.id, roles)
    await logins.revise_logins(tx, account.id)
    tx.publish(RolesChanged(account_id=account.id, roles=roles))
    tx.audit("identity.roles_changed", Subject("account", account.id), account.roles, roles, reason)
