"""What staff reads of accounts."""

from uuid import UUID

import msgspec

from skillhall.identity.model.account import ROLES, Account
from skillhall.identity.schemas.bodies import AccountQuery
from skillhall.identity.schemas.views import StaffAccountView, staff_view
from skillhall.identity.store import accounts
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Page

STATES = ("pending_verification", "active", "suspended", "banned", "deactivated", "closing", "erased")
LIVE_LOGINS = sql("SELECT count(*) FROM identity.login WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2")
ACCOUNTS = Listing(
    columns=sql("""a.id, a.email, a.email_verified, a.first_name, a.last_name, a.display_name, a.timezone, a.locale, a.state,
        a.state_reason, a.suspended_until, a.erase_at, a.erased_at, a.roles, a.abilities, a.origin, a.created_at,
        (SELECT count(*) FROM identity.login l WHERE l.account_id = a.id AND l.ended_at IS NULL) AS logins"""),
    source=sql("identity.account a"),
    sorts={"createdAt": sql("a.created_at"), "displayName": sql("a.display_name"), "email": sql("coalesce(a.email, '')")},
    default_sort="-createdAt",
    key=sql("a.id"),
    filters={"state": sql("a.state = {}"), "role": sql("a.roles @> ARRAY[{}]")},
    search=sql("(coalesce(a.email, '') || ' ' || a.first_name || ' ' || a.last_name || ' ' || a.display_name) ILIKE '%' || {} || '%'"),
)


async def staff_account(read: Read, account_id: UUID) -> StaffAccountView:
    """Return one account with the number of devices signed in."""
    account = await accounts.account(read, account_id)
    return staff_view(account, await read.value(LIVE_LOGINS, account_id, read.wall))


async def accounts_page(read: Read, query: AccountQuery) -> Page[StaffAccountView]:
    """Return accounts by state, role, or text in address and name."""
    state = None if query.state is None else _option("state", query.state, STATES)
    role = None if query.role is None else _option("role", query.role, ROLES)
    return await ACCOUNTS.page(read, query, decode=_view, where={"state": state, "role": role})


def _view(row: Row) -> StaffAccountView:
    return staff_view(msgspec.convert(dict(row), Account), row["logins"])


def _option(name: str, given: str, known: tuple[str, ...]) -> str:
    word = given.strip().lower()
    if word not in known:
        raise Invalid(FieldError(name, "query", "not_an_option", f"{given!r} is none of {', '.join(known)}."))
    return word
