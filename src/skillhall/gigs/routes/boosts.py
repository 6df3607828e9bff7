"""HTTP of boosts."""

from uuid import UUID

from skillhall.billing.api import (
    CouponNotForThis,
    CouponNotFound,
    CouponNotNow,
    CouponUsedByYou,
    CouponUsedUp,
    NothingToBoost,
    OtherPurchaseOpen,
)
from skillhall.gigs.commands.boost import BoostProject
from skillhall.gigs.flows import pay
from skillhall.gigs.model import refusals as no
from skillhall.identity.api import AccountNotActive
from skillhall.kernel.http import Answer, Call, Key, post
from skillhall.payments.api import AlreadyOpen, AmountNotTaken, NoProvider, PaymentMoved, PaymentView

COUPON = (CouponNotFound, CouponNotNow, CouponNotForThis, CouponUsedUp, CouponUsedByYou)


@post(
    "/projects/{project_id:uuid}/boost",
    created="/payments/{id}",
    key=Key.NATURAL,
    limit="money",
    refuses=(
        no.ProjectNotFound,
        no.NotYourProject,
        no.ProjectMoved,
        AccountNotActive,
        AlreadyOpen,
        AmountNotTaken,
        NoProvider,
        PaymentMoved,
        NothingToBoost,
        OtherPurchaseOpen,
        *COUPON,
    ),
    example={"kind": "premium"},
)
async def boost_project(call: Call, project_id: UUID, data: BoostProject) -> Answer[PaymentView]:
    """Have an own project that takes bids shown before others, as standard, premium or featured; it runs once this payment is made.

    What is bought while the same kind runs begins when that ends.
    """
    return await pay.boost(call, project_id, data)
