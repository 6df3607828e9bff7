"""What the demo community pays for beside lessons and projects: credits, subscriptions; and who was paid out."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from skillhall.billing.api import AdoptedSale
from skillhall.deploy.demo_people import Member
from skillhall.deploy.demo_profiles import happens
from skillhall.ledger.api import Transfer
from skillhall.payments.api import AdoptedEarner

PACKS = (("starter", 50), ("learning", 150), ("pro", 300), ("expert", 500))
PLANS = ("pro", "pro", "pro", "enterprise")
BUYERS, SUBSCRIBERS, EARNERS, UNVERIFIED = 0.1, 0.015, 12, 3
RIPE = timedelta(days=8)
STAFF = "super_admin"


def bought(member: Member, needed: int, asset: str) -> AdoptedSale | None:
    """Return the package somebody who needs so many credits has bought with the first of them; None for most, who came with theirs."""
    pack = next((code for code, size in PACKS if size >= needed), None)
    if pack is None or not happens(Random(f"buys {member.id}"), BUYERS):  # noqa: S311 - the same at every load
        return None
    return AdoptedSale(account_id=member.id, code=pack, is_plan=False, asset=asset, at=member.account.created_at)


def lately(people: Sequence[Member], now: datetime, asset: str, *, has_credits: bool) -> Iterator[AdoptedSale]:
    """Yield who bought credits, and who subscribed, in the last four weeks."""
    random = Random("skillhall demo sales")  # noqa: S311 - the same at every load
    for member in people:
        if not member.is_settled or member.account.roles:
            continue
        at = now - timedelta(minutes=random.randint(60, 27 * 1440))
        if happens(random, SUBSCRIBERS):
            yield AdoptedSale(
                account_id=member.id, code=random.choice(PLANS), is_plan=True, asset=asset, at=at, has_card=happens(random, 0.8)
            )
        elif has_credits and happens(random, SUBSCRIBERS * 2):
            yield AdoptedSale(account_id=member.id, code=random.choice(PACKS[:3])[0], is_plan=False, asset=asset, at=at)


def paid_out(people: Sequence[Member], postings: Sequence[tuple[datetime, Transfer]], now: datetime, asset: str) -> list[AdoptedEarner]:
    """Return those who earned most money: the first wait for somebody to see who they are, the others have been paid what was due."""
    earned = _earned(postings, now - RIPE, asset)
    known = {member.id: member for member in people}
    staff = next(member.id for member in people if STAFF in member.account.roles)
    return [
        AdoptedEarner(
            account_id=account_id,
            asset=asset,
            label=f"{known[account_id].account.first_name}'s bank",
            since=now - RIPE,
            decided_by=None if place < UNVERIFIED else staff,
            paid=() if place < UNVERIFIED else ((now - timedelta(days=1, hours=place), amount),),
        )
        for place, (account_id, amount) in enumerate(earned.most_common(EARNERS))
    ]


def _earned(postings: Sequence[tuple[datetime, Transfer]], until: datetime, asset: str) -> Counter[UUID]:
    lines = [(at, line) for at, transfer in postings for line in transfer.lines]
    holds = {line.hold_id for _, line in lines if line.purpose and line.asset == asset}
    earned = Counter[UUID]()
    for at, line in lines:
        if line.account == "payee" and line.owner and line.hold_id in holds and at < until:
            earned[line.owner] += line.amount or 0
    return earned
