"""What somebody may use now, and how much of it is used."""

from collections.abc import Mapping
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.billing.model.usage import Allowance, Limits, month_of
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read

ALLOWANCE = sql("""
SELECT EXISTS (SELECT FROM billing.plan p WHERE p.archived_at IS NULL) AS has_plans,
    s.terms->'limits' AS limits, s.period_start, s.period_end, f.limits AS free_limits
FROM (VALUES ($1::uuid)) AS who (account_id)
LEFT JOIN billing.subscription s ON s.account_id = who.account_id AND s.ended_at IS NULL
LEFT JOIN billing.plan f ON f.is_free AND f.archived_at IS NULL
""")
USED = sql("SELECT entitlement, used, reserved FROM billing.usage WHERE account_id = $1 AND period_start = $2")


class Used(Struct, frozen=True, kw_only=True):
    """How much of an entitlement is used in a period, and how much is kept for what is under way."""

    used: int = 0
    reserved: int = 0


async def allowance(read: Read, account_id: UUID) -> Allowance:
    """Return what this account may use now."""
    row = await read.row(ALLOWANCE, account_id)
    if row is None or (row["period_start"] is None and not row["has_plans"]):
        return Allowance(is_counted=False, limits={}, period_start=month_of(read.now))
    if row["period_start"] is None:
        limits = {} if row["free_limits"] is None else msgspec.convert(row["free_limits"], Limits)
        return Allowance(is_counted=True, limits=limits, period_start=month_of(read.now))
    return Allowance(
        is_counted=True, limits=msgspec.convert(row["limits"], Limits), period_start=row["period_start"], period_end=row["period_end"]
    )


async def used_of(read: Read, account_id: UUID, allowed: Allowance) -> Mapping[str, Used]:
    """Return what is used in the period of this allowance, by entitlement."""
    rows = await read.rows(USED, account_id, allowed.period_start)
    return {row["entitlement"]: Used(used=row["used"], reserved=row["reserved"]) for row in rows}
