"""A host changes an offer; sessions booked before keep what they were booked under."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from msgspec import UNSET, UnsetType
from msgspec.structs import asdict, replace

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body
from skillhall.learning.commands.create_offer import Buffer, Days, Description, Duration, Notice, Title
from skillhall.learning.model.offer import Offer
from skillhall.learning.model.prices import Price
from skillhall.learning.model.refusals import NotYourOffer, OfferMoved, SkillUnknown
from skillhall.learning.queries.offers import offer_view
from skillhall.learning.queries.prices import price_of
from skillhall.learning.queries.views import OfferView
from skillhall.learning.store import offers


class ChangeOffer(Body, frozen=True, kw_only=True):
    """What is absent stays."""

    skill_id: UUID | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    duration_minutes: Duration | UnsetType = UNSET
    price: Price | UnsetType = UNSET
    buffer_before_minutes: Buffer | UnsetType = UNSET
    buffer_after_minutes: Buffer | UnsetType = UNSET
    instant_booking: bool | UnsetType = UNSET
    notice_minutes: Notice | UnsetType = UNSET
    max_days_ahead: Days | UnsetType = UNSET


async def change_offer(tx: Tx, by: Actor, offer_id: UUID, command: ChangeOffer, check_version: Callable[[object], None]) -> OfferView:
    """Change it; `check_version` refuses when the client has read an older one."""
    before = await own_offer(tx, by, offer_id)
    check_version(before.version)
    after = replace(before, **_changes(tx, command))
    if after.skill_id != before.skill_id and not await offers.is_skill_visible(tx, after.skill_id):
        raise SkillUnknown
    if after != before and not await offers.update_offer(tx, after):
        raise OfferMoved
    return await offer_view(tx, offer_id, by.account_id)


async def own_offer(tx: Tx, by: Actor, offer_id: UUID) -> Offer:
    """Return the caller's offer, or refuse."""
    found = await offers.own_offer(tx, offer_id)
    if found.host_id != by.account_id:
        raise NotYourOffer
    return found


def _changes(tx: Tx, command: ChangeOffer) -> dict[str, Any]:
    sent = {name: value for name, value in asdict(command).items() if value is not UNSET}
    if "price" in sent:
        price = price_of(tx, sent["price"])
        sent |= {"price": price.amount, "asset": price.currency}
    for name, column in (("instant_booking", "is_instant"), ("max_days_ahead", "days_ahead")):
        if name in sent:
            sent[column] = sent.pop(name)
    return sent
