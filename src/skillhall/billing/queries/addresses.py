"""Billing addresses, and who somebody is on paper."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.billing.model.invoice import Party
from skillhall.identity.api import Person
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import View

ADDRESS = sql("SELECT name, lines, country, tax_id, version FROM billing.address WHERE account_id = $1")
ADDRESSES = sql("SELECT account_id, name, lines, country, tax_id FROM billing.address WHERE account_id = ANY($1)")


class AddressView(View, frozen=True, kw_only=True):
    """Where one's invoices go. Until it is set, `isSet` is false, `name` is the account's and the rest is empty."""

    name: str
    lines: list[str]
    country: str | None
    tax_id: str | None
    is_set: bool
    version: int


async def address_view(read: Read, person: Person) -> AddressView:
    """Return somebody's billing address."""
    row = await read.row(ADDRESS, person.id)
    if row is None:
        return AddressView(name=name_of(person), lines=[], country=None, tax_id=None, is_set=False, version=0)
    return AddressView(
        name=row["name"], lines=row["lines"], country=row["country"], tax_id=row["tax_id"] or None, is_set=True, version=row["version"]
    )


async def parties(read: Read, people: Sequence[Person]) -> dict[UUID, Party]:
    """Return who these people are on paper; without a billing address they are a name."""
    set_ones = {row["account_id"]: _party(row) for row in await read.rows(ADDRESSES, [person.id for person in people])}
    return {person.id: set_ones.get(person.id) or Party(name=name_of(person)) for person in people}


def name_of(person: Person) -> str:
    """Return the name on papers: the one given at registration, else the one shown."""
    return f"{person.first_name} {person.last_name}".strip() or person.display_name


def _party(row: Row) -> Party:
    return Party(name=row["name"], lines=tuple(row["lines"]), country=row["country"], tax_id=row["tax_id"])


def as_seller(party: Party) -> Party:
    """Return how a host stands on receipts: a business in full, a private person without street and number."""
    return party if party.tax_id else without_street(party)


def without_street(party: Party) -> Party:
    """Return who somebody is, but not where they live."""
    return Party(name=party.name, country=party.country)
