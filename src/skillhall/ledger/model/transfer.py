"""Transfers and the lines they are made of. Pure: no I/O, no clock.

A transfer is what a caller asks for; `ledger.post` turns its lines into entries under the lock of every account concerned.
Contexts build lines with the functions below and never by hand. Amounts are whole minor units, above zero.
"""

from collections.abc import Iterable
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.ids import NIL
from skillhall.kernel.money import CREDIT
from skillhall.kernel.shapes import Subject

Mode = Literal["points", "voucher", "per_booking", "licensed"]
PLATFORM: Final = NIL
REVERSIBLE: Final = frozenset({"grant", "adjust", "gift"})


class LedgerRules(Struct, frozen=True, kw_only=True):
    """What the operator decided: the mode of the books, and the credits given once when an address is verified."""

    mode: Mode
    signup_grant: int = 10

    @property
    def has_credits(self) -> bool:
        """The community has a unit of its own (modes `points` and `voucher`)."""
        return self.mode in {"points", "voucher"}


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One leg of a transfer; made by the builders only.

    `account` is an account kind, or one the ledger resolves: `spendable` (the owner's grant, then wallet), `hold` (as
    `spendable`, into a new hold), `payee` (by mode, a granted part into grant), `back` (where the hold came from), `moved` (out of
    a hold, into the one the next line fills), `owing` and `losing` (wherever the owner has it; the rest is owed, or our loss).
    With a `hold_id` and no `purpose` it is paid out of that hold; an `amount` of None is then all that is left in it.
    """

    account: str
    amount: int | None
    owner: UUID | None = None
    asset: str | None = None
    hold_id: UUID | None = None
    purpose: str | None = None
    subject_id: UUID | None = None


Lines = tuple[Line, ...]


class Transfer(Struct, frozen=True, kw_only=True):
    """One posting: the same `id` with the same content posts once and is a replay ever after.

    `kind` is a row of the table of modes ("hold", "settle", "release", "gift" …; a settlement may also release).
    `freeze_key` is the case that froze the holds drawn on; without it only unfrozen ones move.
    """

    id: UUID
    kind: str
    subject: Subject
    lines: Lines
    freeze_key: Subject | None = None
    reverses: UUID | None = None


class Posted(Struct, frozen=True, kw_only=True):
    """A transfer that stands. `is_replay` when it stood before this call, which then moved nothing."""

    seq: int
    is_replay: bool


class Leg(Struct, frozen=True):
    """One entry of a transfer as a reversal needs it."""

    owner: UUID
    kind: str
    asset: str
    amount: int


def hold(hold_id: UUID, payer: UUID, amount: int, purpose: str, subject_id: UUID, *, asset: str = CREDIT) -> Lines:
    """Set `amount` of the payer's aside, granted credits first. `hold_id` must never have been used before."""
    owed = positive(amount)
    return (Line(account="hold", amount=owed, owner=payer, asset=asset, hold_id=hold_id, purpose=purpose, subject_id=subject_id),)


def settle(hold_id: UUID, payee: UUID, gross: int, *, fee: int = 0, back: int = 0) -> Lines:
    """Pay `gross` out of a hold: `fee` of it to the platform, the rest to the payee; `back` returns to the payer.

    What is neither paid nor returned stays held. Call it once per payee. Granted credits are paid out first.
    """
    if not 0 <= fee <= gross or back < 0:
        raise ValueError(f"a settlement of {gross} with a fee of {fee} and {back} back")
    parts = (
        Line(account="payee", amount=gross - fee, owner=payee, hold_id=hold_id),
        Line(account="platform_fee", amount=fee, owner=PLATFORM, hold_id=hold_id),
        Line(account="back", amount=back, hold_id=hold_id),
    )
    return tuple(line for line in parts if line.amount)


def release(hold_id: UUID, amount: int | None = None) -> Lines:
    """Give `amount` of a hold back to its payer, bought credits first; None gives back all that is left."""
    return (Line(account="back", amount=None if amount is None else positive(amount), hold_id=hold_id),)


def fund(
    hold_id: UUID, payer: UUID, amount: int, purpose: str, subject_id: UUID, *, asset: str, provider: str, provider_fee: int = 0
) -> Lines:
    """Set aside money that came in for the payer through `provider` ("provider:sandbox"). `hold_id` must never have been used."""
    return (
        *came(positive(amount), asset, provider, provider_fee),
        filled(hold_id, payer, amount, purpose, subject_id, asset),
    )


def refund(hold_id: UUID, provider: str, amount: int | None = None) -> Lines:
    """Give money of a funded hold back to its source; None gives back all that is left. Kind "refund_done", or beside a settlement."""
    return (Line(account=provider, amount=None if amount is None else positive(amount), owner=PLATFORM, hold_id=hold_id),)


def grant(account_id: UUID, amount: int) -> Lines:
    """Give credits: spendable, never payable nor refundable."""
    return between(PLATFORM, "issuance", account_id, "grant", positive(amount))


def gift(giver: UUID, receiver: UUID, amount: int) -> Lines:
    """Move credits from one wallet to another; granted ones stay."""
    return between(giver, "wallet", receiver, "wallet", positive(amount))


def adjust(account_id: UUID, amount: int, *, account: Literal["grant", "wallet"] = "grant", asset: str = CREDIT) -> Lines:
    """Correct by hand: above zero into `account`, below zero out of what the member may spend, granted first."""
    if amount < 0:
        return between(account_id, "spendable", PLATFORM, "issuance", -amount, asset)
    return between(PLATFORM, "issuance", account_id, account, positive(amount), asset)


def opening(account_id: UUID, *, wallet: int = 0, granted: int = 0, earnings: int = 0, asset: str = CREDIT) -> Lines:
    """Bring a member's balances over from an older system, all in one transfer."""
    parts = (("wallet", wallet), ("grant", granted), ("earnings", earnings))
    return tuple(
        line for kind, amount in parts if amount for line in between(PLATFORM, "opening", account_id, kind, positive(amount), asset)
    )


def reversal(legs: Iterable[Leg]) -> Lines:
    """Mirror every entry of a transfer (kind "reversal", `reverses` its id)."""
    return tuple(Line(account=leg.kind, amount=-leg.amount, owner=leg.owner, asset=leg.asset) for leg in legs)


def fee_of(gross: int, basis_points: int, fee_min: int) -> int:
    """Return the platform's part of `gross`: floored, at least `fee_min` where the gross is above it."""
    return max(gross * basis_points // 10_000, fee_min if gross > fee_min else 0)


def between(giver: UUID, source: str, receiver: UUID, target: str, amount: int, asset: str = CREDIT) -> Lines:
    """Move an amount from one plain account to another; for the builders only."""
    return (
        Line(account=source, amount=-amount, owner=giver, asset=asset),
        Line(account=target, amount=amount, owner=receiver, asset=asset),
    )


def came(paid: int, asset: str, provider: str, fee: int) -> Lines:
    """For the builders only: what the payer paid came in through the provider, which kept its fee of it."""
    parts = ((provider, paid - fee), ("provider_fee", fee))
    return tuple(Line(account=account, amount=-amount, owner=PLATFORM, asset=asset) for account, amount in parts if amount)


def filled(hold_id: UUID, owner: UUID, amount: int, purpose: str, subject_id: UUID, asset: str) -> Line:
    """Fill a new hold with what the lines beside bring; for the builders only."""
    return Line(account="held", amount=amount, owner=owner, asset=asset, hold_id=hold_id, purpose=purpose, subject_id=subject_id)


def positive(amount: int) -> int:
    """Return an amount above zero; another is a bug of the caller."""
    if amount <= 0:
        raise ValueError(f"an amount above zero, not {amount}")
    return amount


class SecondPosting(AssertionError):
    """A transaction posts once, with all its lines; a second posting is a bug of the caller."""
