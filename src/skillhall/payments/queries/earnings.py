"""What somebody has earned: balances with what can go now, and the statement of a period."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec

from skillhall.kernel.db.tx import Read
from skillhall.kernel.money import Asset, Money
from skillhall.kernel.shapes import Instant, Moment, View, instant, maybe_instant
from skillhall.ledger.api import EarningsMove, Mode, earnings_moves, wallet
from skillhall.payments.queries.payable import due, on_the_way

BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
LINES: Final = {
    "redeem": "redeemed",
    "reuse": "reused",
    "payout_open": "paid_out",
    "payout_returned": "came_back",
    "refund_open": "refunded",
}
"""What the kinds of transfers are called in a statement; everything else but settlements is a correction."""


class WalletBalanceView(View, frozen=True, kw_only=True):
    """What a member has of one asset. Of the `earnings`, `payable` can go now and `delayed` later; `onTheWay` has left them already."""

    available: Money
    granted: Money
    earnings: Money
    held: Money
    debt: Money
    payable: Money
    delayed: Money
    on_the_way: Money
    next_payable_at: Instant | None


class BalancesView(View, frozen=True, kw_only=True):
    """All balances of an account."""

    account_id: UUID
    mode: Mode
    balances: list[WalletBalanceView]


class MaturingView(View, frozen=True, kw_only=True):
    """Earnings that can go from then on."""

    amount: Money
    payable_at: Instant


class EarningsView(View, frozen=True, kw_only=True):
    """A statement of one asset: all parts between `opening` and `closing` add up; what takes away is below zero.

    `earned` is gross, before the platform's fees. `cameBack` are payouts and refunds that did not go out, or came back.
    """

    account_id: UUID
    since: Instant | None
    until: Instant
    opening: Money
    earned: Money
    fees: Money
    redeemed: Money
    reused: Money
    refunded: Money
    paid_out: Money
    came_back: Money
    corrections: Money
    closing: Money
    payable: Money
    delayed: Money
    on_the_way: Money
    debt: Money
    maturing: list[MaturingView]


class EarningsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Of which asset (the community's currency where nothing is said) and which time; `to` is excluded."""

    currency: Asset | None = None
    from_: Moment | None = msgspec.field(name="from", default=None)
    to: Moment | None = None


async def balances(read: Read, account_id: UUID) -> BalancesView:
    """Return all balances with what can go now."""
    has = await wallet(read, account_id)
    views: list[WalletBalanceView] = []
    for one in has.balances:
        asset = one.earnings.currency
        now = await due(read, account_id, asset)
        view = WalletBalanceView(
            available=one.available, granted=one.granted, earnings=one.earnings, held=one.held, debt=one.debt,
            payable=Money(now.payable, asset), delayed=Money(now.delayed, asset), next_payable_at=maybe_instant(now.next_at),
            on_the_way=Money(await on_the_way(read, account_id, asset), asset),
        )  # fmt: skip
        views.append(view)
    return BalancesView(account_id=account_id, mode=has.mode, balances=views)


async def earnings(read: Read, account_id: UUID, query: EarningsQuery) -> EarningsView:
    """Return the statement of a period, and what can go now."""
    asset, until = query.currency or read.house.config.community_currency, query.to or read.now
    opening, moves = await earnings_moves(read, account_id, asset, query.from_ or BEGINNING, until)
    now = await due(read, account_id, asset)
    sums: dict[str, int] = dict.fromkeys((*LINES.values(), "earned", "fees", "corrections"), 0)
    for move in moves:
        sums[_line(move)] += move.amount
        if _line(move) == "earned":
            sums["earned"] += move.fee
            sums["fees"] -= move.fee
    money = {name: Money(amount, asset) for name, amount in sums.items()}
    return EarningsView(
        account_id=account_id,
        since=maybe_instant(query.from_),
        until=instant(until),
        opening=Money(opening, asset),
        closing=Money(opening + sum(sums.values()), asset),
        payable=Money(now.payable, asset),
        delayed=Money(now.delayed, asset),
        on_the_way=Money(await on_the_way(read, account_id, asset), asset),
        debt=Money(now.has.debt, asset),
        maturing=[MaturingView(amount=Money(one.amount, asset), payable_at=instant(one.at + now.delay)) for one in now.young],
        **money,
    )


def _line(move: EarningsMove) -> str:
    if move.purpose in {"payout", "refund"} and move.amount > 0:
        return "came_back"
    if move.kind == "settle":
        return "earned"
    return LINES.get(move.kind, "corrections")
