"""A subscription, and what happens to it. Pure: every verb is a function to the subscription after."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.billing.model.price import Off
from skillhall.billing.model.usage import Limits
from skillhall.kernel.money import exponent

EndReason = Literal["cancelled", "unpaid", "trial_over", "refunded", "charged_back"]
YEAR: Final = 12
BOOSTS: Final[Mapping[str, int]] = MappingProxyType({"standard": 10, "premium": 15, "featured": 20})


class State(StrEnum):
    """Where a subscription stands. In grace it is `past_due`: what the plan brings stays."""

    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    ENDED = "ended"


class BillingRules(Struct, frozen=True, kw_only=True):
    """The operator's settings of what is sold. Prices of boosts are major units of the community's currency."""

    quote_minutes: int = 60
    dunning_days: tuple[int, ...] = (2, 5, 7, 7)
    last_days: int = 3
    boosts: Mapping[str, int] = BOOSTS
    boost_days: int = 30

    def boost_price(self, kind: str, asset: str) -> int:
        """Return what a boost costs, in minor units."""
        return self.boosts[kind] * 10 ** exponent(asset)


class Terms(Struct, frozen=True, kw_only=True):
    """A plan as it was bought."""

    plan_id: UUID
    code: str
    name: str
    price: int
    asset: str
    limits: Limits
    trial_days: int = 0


class Period(Struct, frozen=True, kw_only=True):
    """A period to come: it ends `months` after `anchor_at`."""

    start: datetime
    end: datetime
    anchor_at: datetime
    months: int


class Subscription(Struct, frozen=True, kw_only=True):
    """One subscription; see the table."""

    id: UUID
    account_id: UUID
    terms: Terms
    next_terms: Terms | None
    state: State
    has_tried: bool
    anchor_at: datetime
    months: int
    period_no: int
    period_start: datetime
    period_end: datetime
    period_net: int
    discount: Off | None
    is_cancelling: bool
    renewal_id: UUID | None
    tries: int
    failed_tries: int
    due_at: datetime | None
    started_at: datetime
    ended_at: datetime | None = None
    end_reason: str | None = None

    @property
    def is_live(self) -> bool:
        """Whether it brings what its plan says."""
        return self.state is not State.ENDED


def change_to(sub: Subscription, terms: Terms) -> Literal["switch", "downgrade", "upgrade"]:
    """Return what changing to another plan is: during a trial a switch at once, to a dearer one an upgrade, else a downgrade."""
    if sub.state is State.TRIALING:
        return "switch"
    return "downgrade" if terms.price <= sub.terms.price else "upgrade"


def after_months(anchor: datetime, months: int) -> datetime:
    """Return the same day and time so many months on; the last day of a month that has no such day."""
    year, month = divmod(anchor.month - 1 + months, YEAR)
    day = min(anchor.day, monthrange(anchor.year + year, month + 1)[1])
    return anchor.replace(year=anchor.year + year, month=month + 1, day=day)


def begun(
    subscription_id: UUID, account_id: UUID, terms: Terms, net: int, discount: Off | None, now: datetime, *, is_trial: bool
) -> Subscription:
    """Return a subscription that begins now: with its trial, or its first paid month."""
    anchor, months = (now + timedelta(days=terms.trial_days), 0) if is_trial else (now, 1)
    end = after_months(anchor, months)
    return Subscription(
        id=subscription_id,
        account_id=account_id,
        terms=terms,
        next_terms=None,
        state=State.TRIALING if is_trial else State.ACTIVE,
        has_tried=is_trial,
        anchor_at=anchor,
        months=months,
        period_no=0,
        period_start=now,
        period_end=end,
        period_net=0 if is_trial else net,
        discount=discount if is_trial else _used(discount),
        is_cancelling=False,
        renewal_id=None,
        tries=0,
        failed_tries=0,
        due_at=end,
        started_at=now,
    )


def following(sub: Subscription, opened_at: datetime) -> Period:
    """Return the period after this one. When nobody looked for longer than that, it begins when somebody did."""
    end = after_months(sub.anchor_at, sub.months + 1)
    if opened_at < end:
        return Period(start=sub.period_end, end=end, anchor_at=sub.anchor_at, months=sub.months + 1)
    return Period(start=opened_at, end=after_months(opened_at, 1), anchor_at=opened_at, months=1)


def renewing(sub: Subscription, renewal_id: UUID, now: datetime, rules: BillingRules) -> Subscription:
    """The period is over and the next one is to be paid: it was charged for the first time."""
    return replace(sub, renewal_id=renewal_id, tries=1, due_at=now + _wait(1, rules))


def retried(sub: Subscription, now: datetime, rules: BillingRules) -> Subscription:
    """It was charged once more."""
    return replace(sub, state=State.PAST_DUE, tries=sub.tries + 1, due_at=now + _wait(sub.tries + 1, rules))


def is_last_try(sub: Subscription, rules: BillingRules) -> bool:
    """Return whether nothing is tried after this one."""
    return sub.tries > len(rules.dunning_days)


def failed(sub: Subscription, now: datetime, rules: BillingRules) -> Subscription:
    """The charge was refused: it goes on in grace until the next try; after the last one time ends it now."""
    due_at = now if is_last_try(sub, rules) else sub.due_at
    return replace(sub, state=State.PAST_DUE, failed_tries=sub.tries, due_at=due_at)


def renewed(sub: Subscription, terms: Terms, net: int, opened_at: datetime) -> Subscription:
    """The next period is paid."""
    period = following(sub, opened_at)
    return replace(
        sub,
        state=State.ACTIVE,
        terms=terms,
        next_terms=None,
        anchor_at=period.anchor_at,
        months=period.months,
        period_no=sub.period_no + 1,
        period_start=period.start,
        period_end=period.end,
        period_net=net,
        discount=_used(sub.discount),
        renewal_id=None,
        tries=0,
        failed_tries=0,
        due_at=period.end,
    )


def moved(sub: Subscription, terms: Terms, net: int) -> Subscription:
    """It is for another plan at once: an upgrade, or its price went back. `net` is what a whole period of that plan is worth."""
    return replace(sub, terms=terms, next_terms=None, period_net=net)


def ended(sub: Subscription, reason: EndReason, now: datetime) -> Subscription:
    """It is over."""
    return replace(sub, state=State.ENDED, ended_at=now, end_reason=reason, due_at=None, renewal_id=None)


def restored(sub: Subscription) -> Subscription:
    """It had ended by a chargeback that was won: its paid period goes on, and ends as it would have."""
    return replace(sub, state=State.ACTIVE, ended_at=None, end_reason=None, due_at=sub.period_end)


def rest_of(sub: Subscription, worth: int, now: datetime) -> int:
    """Return what is left now of something worth so much over the whole period, rounded down."""
    whole = int((sub.period_end - sub.period_start).total_seconds())
    left = max(0, int((sub.period_end - now).total_seconds()))
    return worth * min(left, whole) // whole


def upgrade_net(sub: Subscription, worth: int, now: datetime) -> int:
    """Return the net price of changing now to a plan whose whole period is worth so much: its rest less the rest of what is paid."""
    return max(0, rest_of(sub, worth, now) - rest_of(sub, sub.period_net, now))


def cut_of(terms: Terms, discount: Off | None) -> int:
    """Return what a discount that still runs takes off a period of this plan; nothing where it is for other plans."""
    return discount.of(terms.price) if discount and discount.is_left and discount.is_for(terms.code) else 0


def worth_of(terms: Terms, discount: Off | None) -> int:
    """Return the net price of a period of this plan under a discount."""
    return terms.price - cut_of(terms, discount)


def _wait(tries: int, rules: BillingRules) -> timedelta:
    days = (*rules.dunning_days, rules.last_days)
    return timedelta(days=days[min(tries, len(days)) - 1])


def _used(discount: Off | None) -> Off | None:
    """Return the discount after one more period."""
    if discount is None or discount.left is None:
        return discount
    return replace(discount, left=discount.left - 1) if discount.left > 1 else None


def grace_left(tries: int, rules: BillingRules) -> timedelta:
    """Return how long after the next try the last one is made."""
    return timedelta(days=sum(rules.dunning_days[tries:]))
