"""What members see of their own: balances, statement, open holds."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import CREDIT, Asset, Money
from skillhall.kernel.shapes import Instant, ListQuery, Moment, Page, View, instant
from skillhall.ledger.model.transfer import LedgerRules, Mode

BALANCES = sql("""
    SELECT asset, available, granted, earnings, held, debt FROM ledger.staff_balance WHERE account_id = $1 ORDER BY asset <> 'CREDIT', asset
""")
BALANCE = sql("SELECT available, granted, earnings, held, debt FROM ledger.staff_balance WHERE account_id = $1 AND asset = $2")
STATEMENT = Listing(
    columns=sql("""
        ledger.entry_id(e.transfer_seq, e.line) AS id, t.id AS transfer_id, t.kind, a.kind AS account, a.asset, e.amount, e.balance_after,
        t.subject_kind, t.subject_id, e.hold_id, h.purpose, t.at"""),
    source=sql("""
        ledger.account a JOIN ledger.entry e ON e.account_id = a.id JOIN ledger.transfer t ON t.seq = e.transfer_seq
        LEFT JOIN ledger.hold h ON h.id = e.hold_id"""),
    sorts={"createdAt": sql("t.at")},
    default_sort="-createdAt",
    key=sql("ledger.entry_id(e.transfer_seq, e.line)"),
    filters={
        "owner": sql("a.owner = {}"),
        "kind": sql("t.kind = {}"),
        "account": sql("a.kind = {}"),
        "asset": sql("a.asset = {}"),
        "from": sql("t.at >= {}"),
        "to": sql("t.at < {}"),
    },
)
HOLDS = Listing(
    columns=sql("h.id, h.purpose, h.subject_id, a.asset, h.amount, h.remaining, h.frozen_by IS NOT NULL AS is_frozen, h.at"),
    source=sql("ledger.account a JOIN ledger.hold h ON h.account_id = a.id AND h.remaining > 0"),
    sorts={"createdAt": sql("h.at")},
    default_sort="-createdAt",
    key=sql("h.id"),
    filters={"owner": sql("a.kind = 'held' AND a.owner = {}"), "asset": sql("a.asset = {}")},
)
EVERYTHING = sql("""
    SELECT t.at, t.kind, t.subject_kind, t.subject_id::text AS subject_id, a.kind AS account, a.asset, e.amount, e.balance_after
    FROM ledger.account a JOIN ledger.entry e ON e.account_id = a.id JOIN ledger.transfer t ON t.seq = e.transfer_seq
    WHERE a.owner = $1 ORDER BY e.transfer_seq, e.line
""")
OPEN = sql("""
    SELECT count(*) FROM ledger.account a JOIN ledger.hold h ON h.account_id = a.id AND h.remaining > 0
    WHERE a.owner = $1 AND a.kind = 'held'
""")


class Balance(Struct, frozen=True, kw_only=True):
    """What a member has of one asset, as numbers; `available` includes what was `granted`, `debt` is what is owed."""

    available: int = 0
    granted: int = 0
    earnings: int = 0
    held: int = 0
    debt: int = 0

    @property
    def bought(self) -> int:
        """What may be spent and was not given."""
        return self.available - self.granted


class BalanceView(View, frozen=True, kw_only=True):
    """What a member has of one asset. `available` may be spent and includes what was `granted`; `debt` is collected from what comes in."""

    available: Money
    granted: Money
    earnings: Money
    held: Money
    debt: Money


class WalletView(View, frozen=True, kw_only=True):
    """All balances of an account, credits first; `mode` tells how this community's ledger works."""

    account_id: UUID
    mode: Mode
    balances: list[BalanceView]


class StatementLine(View, frozen=True, kw_only=True):
    """One entry. `account` is the part of the wallet it moved: wallet, grant, earnings, held or debt; `balanceAfter` is that part's."""

    id: UUID
    transfer_id: UUID
    kind: str
    account: str
    amount: Money
    balance_after: Money
    subject_kind: str
    subject_id: UUID
    hold_id: UUID | None
    hold_purpose: str | None
    created_at: Instant


class HoldView(View, frozen=True, kw_only=True):
    """Credits or money set aside; `remaining` of `amount` is still held. A frozen one waits for the case that froze it."""

    id: UUID
    purpose: str
    subject_id: UUID
    amount: Money
    remaining: Money
    is_frozen: bool
    created_at: Instant


class StatementQuery(ListQuery, frozen=True, kw_only=True):
    """Which entries: by kind of transfer, part of the wallet, asset, and time (`to` is excluded)."""

    kind: Annotated[str, Meta(max_length=40)] | None = None
    account: Annotated[str, Meta(max_length=40)] | None = None
    asset: Asset | None = None
    from_: Moment | None = msgspec.field(name="from", default=None)
    to: Moment | None = None


class HoldQuery(ListQuery, frozen=True, kw_only=True):
    """Which holds."""

    asset: Asset | None = None


async def balance(read: Read, account_id: UUID, asset: str) -> Balance:
    """Return what an account has of one asset now, without a lock: the posting has the last word."""
    row = await read.row(BALANCE, account_id, asset)
    return Balance(**row) if row else Balance()


async def wallet(read: Read, account_id: UUID) -> WalletView:
    """Return all balances; the community's own asset is there even when it was never moved."""
    rules = read.setting(LedgerRules)
    balances = [_balance(**dict(row)) for row in await read.rows(BALANCES, account_id)]
    own = CREDIT if rules.has_credits else read.house.config.community_currency
    if own not in {balance.available.currency for balance in balances}:
        balances.insert(0, _balance(own))
    return WalletView(account_id=account_id, mode=rules.mode, balances=balances)


async def statement(read: Read, account_id: UUID, query: StatementQuery) -> Page[StatementLine]:
    """Return a page of the account's entries."""
    where = {"owner": account_id, "kind": query.kind, "account": query.account, "asset": query.asset, "from": query.from_, "to": query.to}
    return await STATEMENT.page(read, query, decode=_line, where=where)


async def holds(read: Read, account_id: UUID, query: HoldQuery) -> Page[HoldView]:
    """Return a page of the account's open holds."""
    return await HOLDS.page(read, query, decode=_hold, where={"owner": account_id, "asset": query.asset})


async def entries(read: Read, account_id: UUID) -> list[dict[str, object]]:
    """Return every entry of the account, oldest first, for its export."""
    return [{**dict(row), "at": instant(row["at"])} for row in await read.rows(EVERYTHING, account_id)]


async def open_holds(read: Read, account_id: UUID) -> int:
    """Return how many holds of the account have something left."""
    return int(await read.value(OPEN, account_id))


def _balance(asset: str, available: int = 0, granted: int = 0, earnings: int = 0, held: int = 0, debt: int = 0) -> BalanceView:
    return BalanceView(
        available=Money(available, asset),
        granted=Money(granted, asset),
        earnings=Money(earnings, asset),
        held=Money(held, asset),
        debt=Money(debt, asset),
    )


def _line(row: Row) -> StatementLine:
    return StatementLine(
        id=row["id"],
        transfer_id=row["transfer_id"],
        kind=row["kind"],
        account=row["account"],
        amount=Money(row["amount"], row["asset"]),
        balance_after=Money(row["balance_after"], row["asset"]),
        subject_kind=row["subject_kind"],
        subject_id=row["subject_id"],
        hold_id=row["hold_id"],
        hold_purpose=row["purpose"],
        created_at=instant(row["at"]),
    )


def _hold(row: Row) -> HoldView:
    return HoldView(
        id=row["id"],
        purpose=row["purpose"],
        subject_id=row["subject_id"],
        amount=Money(row["amount"], row["asset"]),
        remaining=Money(row["remaining"], row["asset"]),
        is_frozen=row["is_frozen"],
        created_at=instant(row["at"]),
    )
