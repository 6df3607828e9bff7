"""A host puts a lesson on sale."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.identity.api import check_active
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body
from skillhall.learning.model.offer import Offer
from skillhall.learning.model.prices import Price
from skillhall.learning.model.refusals import SkillUnknown
from skillhall.learning.model.terms import LearningRules
from skillhall.learning.queries.offers import offer_view
from skillhall.learning.queries.prices import price_of
from skillhall.learning.queries.views import OfferView
from skillhall.learning.store import offers

Title = Annotated[
    str, Meta(min_length=5, max_length=100, pattern=r"^(?!.*[\x00-\x1f\x7f\x85\u2028\u2029])", description="One line of text")
]
Description = Annotated[str, Meta(max_length=5000)]
Duration = Annotated[int, Meta(ge=15, le=480, description="minutes")]
Buffer = Annotated[int, Meta(ge=0, le=60, description="minutes")]
Notice = Annotated[int, Meta(ge=0, le=30 * 24 * 60, description="minutes between booking and start, at least")]
Days = Annotated[int, Meta(ge=1, le=365, description="days between booking and start, at most")]


class CreateOffer(Body, frozen=True, kw_only=True):
    """A lesson on sale. `price` is in credits or the community's currency, 0 is free; `profileId` the face shown, else the one in use."""

    skill_id: UUID
    title: Title
    duration_minutes: Duration
    price: Price
    description: Description = ""
    profile_id: UUID | None = None
    buffer_before_minutes: Buffer | None = None
    buffer_after_minutes: Buffer | None = None
    instant_booking: bool = False
    notice_minutes: Notice | None = None
    max_days_ahead: Days | None = None


async def create_offer(tx: Tx, by: Actor, command: CreateOffer) -> OfferView:
    """Put it on sale at once."""
    rules = tx.setting(LearningRules)
    price = price_of(tx, command.price)
    if not await offers.is_skill_visible(tx, command.skill_id):
        raise SkillUnknown
    profile_id = await offers.find_profile(tx, by.account_id, command.profile_id or by.profile_id)
    if profile_id is None:
        raise Invalid(FieldError("profileId", "body", "learning.profile", "This is not one of your profiles."))
    await check_active(tx, by.account_id)
    new = Offer(
        id=ids.new(),
        host_id=by.account_id,
        profile_id=profile_id,
        skill_id=command.skill_id,
        title=command.title,
        description=command.description,
        duration_minutes=command.duration_minutes,
        buffer_before_minutes=or_default(command.buffer_before_minutes, rules.default_buffer_minutes),
        buffer_after_minutes=or_default(command.buffer_after_minutes, rules.default_buffer_minutes),
        price=price.amount,
        asset=price.currency,
        is_instant=command.instant_booking,
        notice_minutes=or_default(command.notice_minutes, rules.default_notice_minutes),
        days_ahead=or_default(command.max_days_ahead, rules.default_days_ahead),
        version=1,
    )
    await offers.insert_offer(tx, new)
    return await offer_view(tx, new.id, by.account_id)


def or_default(value: int | None, default: int) -> int:
    """Return the value, zero included, or what the operator set."""
    return default if value is None else value
