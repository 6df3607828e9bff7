"""Say where invoices go."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from skillhall.billing.model.paper_refusals import AddressIncomplete
from skillhall.billing.papers.countries import countries
from skillhall.billing.queries.addresses import AddressView, address_view
from skillhall.billing.store import addresses
from skillhall.identity.api import person
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body

Text = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"^\S.*$(?!\n)", description="One line that does not begin with a space")]
Code = Annotated[str, Meta(pattern=r"^[A-Z]{2}$(?!\n)", examples=["IN"], description="Two capital letters (ISO 3166)")]


class SetAddress(Body, frozen=True, kw_only=True):
    """What is left out stays as it is. `lines` are street, postal code and city as an envelope has them."""

    name: Text | UnsetType = UNSET
    lines: Annotated[list[Text], Meta(min_length=1, max_length=5)] | UnsetType = UNSET
    country: Code | UnsetType = UNSET
    tax_id: (
        Annotated[
            str,
            Meta(
                pattern=r"^[0-9A-Za-z][0-9A-Za-z ./-]{2,29}$(?!\n)",
                description="A tax number of 3 to 30 letters and digits",
                examples=["DE123456789"],
            ),
        ]
        | UnsetType
        | None
    ) = UNSET


async def set_address(tx: Tx, by: Actor, command: SetAddress, check: Callable[[object], None]) -> AddressView:
    """Keep the caller's billing address. Papers already issued keep theirs; taxes follow the country from now on."""
    stored = await addresses.lock(tx, by.account_id)
    check(stored.get("version", 0))
    given = {name: value for name, value in msgspec.structs.asdict(command).items() if value is not UNSET}
    whole: dict[str, Any] = {"tax_id": "", **stored, **given}
    if lacking := [name for name in ("name", "lines", "country") if name not in whole]:
        raise AddressIncomplete(*(FieldError(name, "body", "missing", "This field is required.") for name in lacking))
    check_country(whole["country"])
    await addresses.save(
        tx, by.account_id, name=whole["name"], lines=whole["lines"], country=whole["country"], tax_id=whole["tax_id"] or ""
    )
    return await address_view(tx, await person(tx, by.account_id))


def check_country(code: str) -> None:
    """Refuse what is no country."""
    if code not in countries():
        raise Invalid(FieldError("country", "body", "not_an_option", "Give a country as two letters of ISO 3166."))
