"""Lines of money that comes in through a provider, goes back to it, or is paid out.

Each function names the kinds of transfer its lines belong to. What is to go out waits in a hold, of purpose refund or payout, until the
provider has answered.
"""

from collections.abc import Iterable
from typing import Final, Literal
from uuid import UUID

from skillhall.kernel.money import CREDIT
from skillhall.ledger.model.transfer import PLATFORM, Leg, Line, Lines, between, came, filled, positive

REFUND: Final = "refund"


def buy(account_id: UUID, credits: int, paid: int, *, asset: str, provider: str, provider_fee: int = 0) -> Lines:  # noqa: A002 - the domain word
    """A member buys credits; `paid` 0 gives them away. Kind "buy"."""
    sold = (*came(paid, asset, provider, provider_fee), Line(account="sold", amount=paid, owner=PLATFORM, asset=asset)) if paid else ()
    return (*sold, *between(PLATFORM, "issuance", account_id, "wallet", positive(credits)))


def sale(paid: int, tax: int, *, asset: str, provider: str, provider_fee: int = 0) -> Lines:
    """The platform sells something of its own; `tax` is part of `paid`. Kind "sale"."""
    return (*came(positive(paid), asset, provider, provider_fee), *_sales(paid, tax, asset))


def set_aside(
    hold_id: UUID, owner: UUID, amount: int, purpose: str, subject_id: UUID, *, asset: str, account: Literal["wallet", "earnings"]
) -> Lines:
    """Set a member's own aside, on its way out. Kinds "refund_open", "payout_open"."""
    taken = Line(account=account, amount=-positive(amount), owner=owner, asset=asset)
    return (taken, filled(hold_id, owner, amount, purpose, subject_id, asset))


def moved(hold_id: UUID, into: UUID, payer: UUID, amount: int, subject_id: UUID, *, asset: str) -> Lines:
    """Take the payer's part out of a funded hold into the hold `into`, to be refunded. Kind "refund_open", or beside a settlement."""
    return (
        Line(account="moved", amount=positive(amount), hold_id=hold_id, asset=asset),
        filled(into, payer, amount, REFUND, subject_id, asset),
    )


def unsold(hold_id: UUID, payer: UUID, amount: int, tax: int, subject_id: UUID, *, asset: str) -> Lines:
    """Give up so much of a sale, tax included, to be refunded. Kind "refund_open"."""
    return (*_negative(_sales(positive(amount), tax, asset)), filled(hold_id, payer, amount, REFUND, subject_id, asset))


def unearned(hold_id: UUID, payer: UUID, payee: UUID, gross: int, fee: int, subject_id: UUID, *, asset: str) -> Lines:
    """Take back from the payee's earnings what was settled, and the fee on it, to be refunded. Kind "refund_open"."""
    net = Line(account="earnings", amount=fee - gross, owner=payee, asset=asset)
    ours = Line(account="platform_fee", amount=-fee, owner=PLATFORM, asset=asset)
    return (*(line for line in (net, ours) if line.amount), filled(hold_id, payer, positive(gross), REFUND, subject_id, asset))


def resold(hold_id: UUID, amount: int, tax: int) -> Lines:
    """A refund of a sale did not go out: it is a sale again. Kind "refund_undone"."""
    parts = (("sales", positive(amount) - tax), ("tax", tax))
    return tuple(Line(account=account, amount=part, owner=PLATFORM, hold_id=hold_id) for account, part in parts if part)


def unbought(hold_id: UUID, credits: int, paid: int, *, asset: str, provider: str) -> Lines:  # noqa: A002 - the domain word
    """Credits that were set aside are gone, and their price is back with the buyer. Kind "refund_done"."""
    gone = Line(account="issuance", amount=positive(credits), owner=PLATFORM, hold_id=hold_id)
    return (gone, *(between(PLATFORM, "sold", PLATFORM, provider, paid, asset) if paid else ()))


def repaid(owner: UUID, amount: int, *, asset: str, provider: str) -> Lines:
    """The bank sent a payout back. Kind "payout_returned"."""
    return between(PLATFORM, provider, owner, "earnings", positive(amount), asset)


def clawed_credits(buyer: UUID, credits: int, paid: int, *, asset: str, provider: str) -> Lines:  # noqa: A002 - the domain word
    """The price of credits has left us: they are taken wherever the buyer has them, the rest is owed. Kinds "clawback", "chargeback"."""
    taken = between(buyer, "owing", PLATFORM, "issuance", credits) if credits else ()
    return (*taken, *between(PLATFORM, "sold", PLATFORM, provider, positive(paid), asset))


def clawed_sale(amount: int, tax: int, *, asset: str, provider: str) -> Lines:
    """The price of a sale has left us. Kinds "clawback", "chargeback"."""
    return (*_negative(_sales(positive(amount), tax, asset)), Line(account=provider, amount=amount, owner=PLATFORM, asset=asset))


def clawed_hold(hold_id: UUID, amount: int, provider: str) -> Lines:
    """What was set aside has left us. Kinds "clawback", "chargeback"."""
    return (Line(account=provider, amount=positive(amount), owner=PLATFORM, hold_id=hold_id),)


def clawed_work(payee: UUID, gross: int, fee: int, *, asset: str, provider: str) -> Lines:
    """What was settled has left us: the payee's earnings bear it as far as they go, then we do; the fee is given up. As before."""
    lost = Line(account="losing", amount=fee - gross, owner=payee, asset=asset)
    ours = Line(account="platform_fee", amount=-fee, owner=PLATFORM, asset=asset)
    gone = Line(account=provider, amount=positive(gross), owner=PLATFORM, asset=asset)
    return tuple(line for line in (lost, ours, gone) if line.amount)


def lost(amount: int, *, asset: str, provider: str) -> Lines:
    """More has left us than the payment still had: our loss. Kinds "clawback", "chargeback"."""
    return between(PLATFORM, "loss", PLATFORM, provider, positive(amount), asset)


def reinstated(legs: Iterable[Leg], *, held_to: tuple[UUID, int] | None = None) -> Lines:
    """The money of a chargeback is back with who bore it; what a hold bore goes to `held_to`: payee and fee. Kind "chargeback_won"."""
    lines: list[Line] = []
    for leg in legs:
        if leg.kind != "held":
            kind = "wallet" if leg.kind == "debt" else leg.kind
            lines.append(Line(account=kind, amount=-leg.amount, owner=leg.owner, asset=leg.asset))
        elif held_to is None:
            raise ValueError("what a hold bore needs somebody to go to")
        else:
            payee, fee = held_to
            lines.append(Line(account="earnings", amount=-leg.amount - fee, owner=payee, asset=leg.asset))
            if fee:
                lines.append(Line(account="platform_fee", amount=fee, owner=PLATFORM, asset=leg.asset))
    return tuple(sorted(lines, key=lambda line: line.asset or ""))


def redeemed(owner: UUID, credits: int, paid: int, *, asset: str) -> Lines:  # noqa: A002 - the domain word
    """Earned credits become money that can be paid out. Kind "redeem"."""
    gone = between(owner, "earnings", PLATFORM, "issuance", positive(credits))
    return (*gone, *between(PLATFORM, "sold", owner, "earnings", positive(paid), asset))


def reused(owner: UUID, amount: int, *, asset: str = CREDIT) -> Lines:
    """Earnings become spendable. Kind "reuse"."""
    return between(owner, "earnings", owner, "wallet", positive(amount), asset)


def suspended(amount: int, *, asset: str, provider: str) -> Lines:
    """Money came in that belongs to nothing we know. Kind "suspend"."""
    return between(PLATFORM, provider, PLATFORM, "suspense", positive(amount), asset)


def resolved(amount: int, *, asset: str, provider: str) -> Lines:
    """Money that belonged to nothing was sent back. Kind "resolve"."""
    return between(PLATFORM, "suspense", PLATFORM, provider, positive(amount), asset)


def provider_charged(fee: int, *, asset: str, provider: str) -> Lines:
    """The provider has kept a fee; below zero: has given one back. Kind "provider_fee"."""
    return (
        Line(account="provider_fee", amount=-fee, owner=PLATFORM, asset=asset),
        Line(account=provider, amount=fee, owner=PLATFORM, asset=asset),
    )


def collected(owner: UUID, amount: int, *, asset: str, account: Literal["wallet", "earnings"] = "wallet") -> Lines:
    """What is owed is taken from what the member has. Kind "collect"."""
    return between(owner, account, owner, "debt", positive(amount), asset)


def written_off(owner: UUID, amount: int, *, asset: str) -> Lines:
    """What is owed will not be paid: it is our loss. Kind "write_off"."""
    return between(PLATFORM, "loss", owner, "debt", positive(amount), asset)


def _sales(amount: int, tax: int, asset: str) -> Lines:
    parts = (("sales", amount - tax), ("tax", tax))
    return tuple(Line(account=account, amount=part, owner=PLATFORM, asset=asset) for account, part in parts if part)


def _negative(lines: Lines) -> Lines:
    return tuple(Line(account=line.account, amount=-(line.amount or 0), owner=line.owner, asset=line.asset) for line in lines)
