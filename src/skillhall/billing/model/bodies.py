"""What clients send to buy, and what staff sends to sell."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from skillhall.billing.model.price import WHOLE, Code, Purpose
from skillhall.billing.model.usage import Entitlement
from skillhall.kernel.money import Money
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, Moment

Name = Annotated[str, Meta(min_length=1, max_length=80)]
Words = Annotated[str, Meta(max_length=1000)]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)", description="Three capital letters", examples=["EUR"])]
Place = Annotated[int, Meta(ge=0, le=1000)]
Days = Annotated[int, Meta(ge=0, le=365)]
Count = Annotated[int, Meta(ge=1, le=10**9)]
Moneys = Annotated[list[Money], Meta(max_length=200)]
Items = Annotated[list[Code], Meta(max_length=100)]
Purposes = Annotated[list[Purpose], Meta(min_length=1, max_length=3)]
Basis = Annotated[int, Meta(ge=1, le=WHOLE)]
Amounts = dict[Entitlement, Annotated[int, Meta(ge=0, le=10**9)]]


class BoostChoice(Body, frozen=True, kw_only=True):
    """A boost of a project."""

    kind: Literal["standard", "premium", "featured"]
    project_id: UUID


class Choice(Body, frozen=True, kw_only=True):
    """What is bought, named in exactly one way. `currency` is for plans and packages; without it the community's."""

    plan_code: Code | None = None
    package_id: UUID | None = None
    boost: BoostChoice | None = None
    currency: Currency | None = None


class BuyThis(Choice, frozen=True, kw_only=True):
    """What is bought, and how. `paymentMethodId` is charged at once; without it the client finishes the payment."""

    coupon_code: Code | None = None
    payment_method_id: UUID | None = None


class TryCoupon(Choice, frozen=True, kw_only=True):
    """A coupon, and what it is meant for."""

    code: Code


class ChangePlan(Body, frozen=True, kw_only=True):
    """The plan to change to. A dearer one is paid for now, by `paymentMethodId` or by the client."""

    plan_code: Code
    payment_method_id: UUID | None = None


class PlanChoice(Body, frozen=True, kw_only=True):
    """A plan to compare with one's own."""

    plan_code: Code


class PayRenewal(Body, frozen=True, kw_only=True):
    """How the open renewal is paid."""

    payment_method_id: UUID | None = None


class NewPlan(Body, frozen=True, kw_only=True):
    """A plan. One without prices is the free plan; what `limits` does not name is not limited."""

    code: Code
    name: Name
    description: Words = ""
    prices: Moneys = msgspec.field(default_factory=list[Money])
    limits: Amounts = msgspec.field(default_factory=Amounts)
    trial_days: Days = 0
    position: Place = 0


class EditPlan(Body, frozen=True, kw_only=True):
    """What changes of a plan; for new subscriptions. Lists and limits are replaced."""

    name: Name | UnsetType = UNSET
    description: Words | UnsetType = UNSET
    prices: Moneys | UnsetType = UNSET
    limits: Amounts | UnsetType = UNSET
    trial_days: Days | UnsetType = UNSET
    position: Place | UnsetType = UNSET


class NewPackage(Body, frozen=True, kw_only=True):
    """A package of credits, with a price per currency."""

    code: Code
    name: Name
    description: Words = ""
    credits: Count
    prices: Annotated[list[Money], Meta(min_length=1, max_length=200)]
    position: Place = 0


class EditPackage(Body, frozen=True, kw_only=True):
    """What changes of a package."""

    name: Name | UnsetType = UNSET
    description: Words | UnsetType = UNSET
    credits: Count | UnsetType = UNSET
    prices: Annotated[list[Money], Meta(min_length=1, max_length=200)] | UnsetType = UNSET
    position: Place | UnsetType = UNSET


class NewCoupon(Body, frozen=True, kw_only=True):
    """A coupon: `percentBasisPoints`, or an amount per currency. `items` are codes of plans and packages and kinds of boosts; none: all.

    `periods` is how many periods of a subscription it is for, null for all; `limit` and `limitPerAccount` null for no limit.
    """

    code: Code
    percent_basis_points: Basis | None = None
    amounts: Moneys | None = None
    purposes: Purposes
    items: Items = msgspec.field(default_factory=list[str])
    periods: Annotated[int, Meta(ge=1, le=1200)] | None = 1
    limit: Count | None = None
    limit_per_account: Count | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    is_active: bool = True


class EditCoupon(Body, frozen=True, kw_only=True):
    """What changes of a coupon. Running subscriptions keep what they were given."""

    percent_basis_points: Basis | UnsetType | None = UNSET
    amounts: Moneys | UnsetType | None = UNSET
    purposes: Purposes | UnsetType = UNSET
    items: Items | UnsetType = UNSET
    periods: Annotated[int, Meta(ge=1, le=1200)] | UnsetType | None = UNSET
    limit: Count | UnsetType | None = UNSET
    limit_per_account: Count | UnsetType | None = UNSET
    starts_at: Moment | UnsetType | None = UNSET
    ends_at: Moment | UnsetType | None = UNSET
    is_active: bool | UnsetType = UNSET


def check_one_choice(choice: Choice) -> None:
    """Refuse none, and more than one, of the things that can be bought."""
    given = {"planCode": choice.plan_code, "packageId": choice.package_id, "boost": choice.boost}
    if sum(one is not None for one in given.values()) != 1:
        names = ", ".join(given)
        raise Invalid(FieldError("", "body", "billing.one_choice", f"Send exactly one of {names}."))


def check_discount(percent_bp: int | None, amounts: object, starts_at: datetime | None, ends_at: datetime | None) -> None:
    """Refuse a coupon that takes nothing off, or says twice what it takes, or ends before it starts."""
    if (percent_bp is None) == (not amounts):
        text = "Send either basis points of the price, or an amount per currency."
        raise Invalid(*(FieldError(name, "body", "billing.one_discount", text) for name in ("percentBasisPoints", "amounts")))
    if starts_at is not None and ends_at is not None and not starts_at < ends_at:
        raise Invalid(FieldError("endsAt", "body", "billing.ends_first", "It ends after it starts."))
