"""What the community earns, for staff: from the books, with billing's own rows telling what for; and how subscriptions go."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from msgspec import Struct, field

from skillhall.billing.model.period import days, midnight
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import View

# What moved on the platform's accounts from $1 until before $2, by what the money was paid for. What went back stands with what it was for;
# what banks took, whatever for, by itself.
MOVED = sql("""
SELECT e.asset, split_part(e.account, ':', 1) AS account, e.transfer_kind,
    CASE WHEN e.transfer_kind LIKE 'chargeback%' THEN 'chargebacks' ELSE coalesce(p.purpose, h.purpose, r.purpose, 'other') END AS purpose,
    sum(e.amount)::bigint AS amount
FROM ledger.staff_entry e
LEFT JOIN billing.purchase p ON e.subject_kind = 'payment' AND p.payment_id = e.subject_id
LEFT JOIN billing.invoice h ON h.hold_id = e.hold_id AND h.series = 'RCT' AND h.corrects IS NULL
LEFT JOIN billing.invoice r ON e.subject_kind = 'payment' AND r.source_id = e.subject_id AND r.series = 'RCT'
WHERE e.owner = '00000000-0000-0000-0000-000000000000' AND e.asset <> 'CREDIT' AND e.at >= $1 AND e.at < $2
  AND split_part(e.account, ':', 1) IN ('sold', 'sales', 'platform_fee', 'tax', 'provider_fee', 'loss')
GROUP BY 1, 2, 3, 4
""")
# What live subscriptions bring in a month, at the price paid; trials bring nothing yet.
RECURRING = sql("""
SELECT s.terms ->> 'asset' AS asset, s.terms ->> 'code' AS plan, s.state, count(*) AS subscriptions, sum(s.period_net)::bigint AS monthly
FROM billing.subscription s WHERE s.ended_at IS NULL GROUP BY 1, 2, 3
""")
# Subscriptions that ran when the time began, and of those in it that began and ended.
CHURN = sql("""
SELECT count(*) FILTER (WHERE s.started_at < $1) AS at_start,
    count(*) FILTER (WHERE s.started_at < $1 AND s.ended_at >= $1 AND s.ended_at < $2) AS lost,
    count(*) FILTER (WHERE s.started_at >= $1 AND s.started_at < $2) AS began,
    count(*) FILTER (WHERE s.ended_at >= $1 AND s.ended_at < $2) AS ended
FROM billing.subscription s WHERE s.started_at < $2 AND (s.ended_at IS NULL OR s.ended_at >= $1)
""")
EARNED: Final = frozenset({"sold", "sales", "platform_fee"})
REDEEMED: Final = "redeem"
YEAR: Final = 12


class FiguresQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From which day to which, both included, in the community's time zone. Without them the last 30 days; at most 367."""

    from_: date | None = field(name="from", default=None)
    to: date | None = None


class CurrencyFigures(View, frozen=True, kw_only=True):
    """What was earned in one currency. `mrr` is what live subscriptions bring in a month now, without tax; `arr` twelve times that.

    `revenueByPurpose` is net of tax and of what went back: credits sold, subscriptions, boosts, fees of lessons, bookings and
    milestones, and what banks took back. `redeemed` are earned credits paid out, `providerFees` and `losses` costs.
    """

    currency: str
    mrr: Money
    arr: Money
    revenue: Money
    revenue_by_purpose: dict[str, Money]
    redeemed: Money
    tax: Money
    provider_fees: Money
    losses: Money


class SubscriptionFigures(View, frozen=True, kw_only=True):
    """How subscriptions go: by state and plan as it is now, and in the time. `churnRate` is the part lost of those there at its start."""

    active: int
    trialing: int
    past_due: int
    by_plan: dict[str, int]
    began: int
    ended: int
    at_start: int
    churn_rate: float | None


class FiguresView(View, frozen=True, kw_only=True):
    """What the community earns."""

    from_: date = field(name="from")
    to: date
    currencies: list[CurrencyFigures]
    subscriptions: SubscriptionFigures


async def figures(read: Read, query: FiguresQuery) -> FiguresView:
    """Return what was earned in a time, and what subscriptions bring."""
    zone = read.house.config.community_timezone
    first, last = days(query.from_, query.to, read.now.date())
    since, until = midnight(first, zone), midnight(last + timedelta(days=1), zone)
    moved, recurring = await read.rows(MOVED, since, until), await read.rows(RECURRING)
    currencies = sorted({row["asset"] for row in (*moved, *recurring)})
    churn = (await read.rows(CHURN, since, until))[0]
    return FiguresView(
        from_=first,
        to=last,
        currencies=[_of_currency(asset, moved, recurring) for asset in currencies],
        subscriptions=_subscriptions(recurring, churn),
    )


def _of_currency(asset: str, moved: Iterable[Row], recurring: Iterable[Row]) -> CurrencyFigures:
    purposes: dict[str, int] = defaultdict(int)
    sums: dict[str, int] = defaultdict(int)
    for row in moved:
        if row["asset"] != asset:
            continue
        if row["account"] not in EARNED:
            sums[row["account"]] += row["amount"]
        elif row["transfer_kind"] == REDEEMED:
            sums[REDEEMED] -= row["amount"]
        else:
            purposes[row["purpose"]] += row["amount"]
    mrr = sum(row["monthly"] for row in recurring if row["asset"] == asset and row["state"] != "trialing")
    return CurrencyFigures(
        currency=asset,
        mrr=Money(mrr, asset),
        arr=Money(YEAR * mrr, asset),
        revenue=Money(sum(purposes.values()), asset),
        revenue_by_purpose={purpose: Money(amount, asset) for purpose, amount in sorted(purposes.items())},
        redeemed=Money(sums[REDEEMED], asset),
        tax=Money(sums["tax"], asset),
        provider_fees=Money(-sums["provider_fee"], asset),
        losses=Money(-sums["loss"], asset),
    )


def _subscriptions(recurring: Iterable[Row], churn: Row) -> SubscriptionFigures:
    states: dict[str, int] = defaultdict(int)
    plans: dict[str, int] = defaultdict(int)
    for row in recurring:
        states[row["state"]] += row["subscriptions"]
        plans[row["plan"]] += row["subscriptions"]
    return SubscriptionFigures(
        active=states["active"],
        trialing=states["trialing"],
        past_due=states["past_due"],
        by_plan=dict(sorted(plans.items())),
        began=churn["began"],
        ended=churn["ended"],
        at_start=churn["at_start"],
        churn_rate=round(churn["lost"] / churn["at_start"], 4) if churn["at_start"] else None,
    )
