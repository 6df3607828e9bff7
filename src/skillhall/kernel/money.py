"""Amounts: integer minor units of one asset, the community's credit or an ISO 4217 currency."""

from typing import Annotated, Final

from msgspec import Meta, Struct

CREDIT: Final = "CREDIT"
Asset = Annotated[str, Meta(pattern=r"^(CREDIT|[A-Z]{3})$(?!\n)", description="CREDIT or an ISO 4217 code", examples=["CREDIT", "EUR"])]


class Money(Struct, frozen=True, forbid_unknown_fields=True):
    """`amount` in minor units of `currency`; credits are whole (api.md section 2)."""

    amount: Annotated[int, Meta(ge=-(2**53), le=2**53)]
    currency: Asset


def credits(amount: int) -> Money:  # noqa: A001 - the domain word; the builtin of that name is for the interactive prompt
    """Return `amount` credits."""
    return Money(amount, CREDIT)
