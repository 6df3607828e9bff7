"""Through whom payments can be made here."""

from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import View
from skillhall.payments.ports import Providers


class ProviderView(View, frozen=True, kw_only=True):
    """A party that charges. Its own form in the client needs `publishableKey`."""

    name: str
    publishable_key: str
    is_default: bool


class ProvidersView(View, frozen=True, kw_only=True):
    """The parties of this community, the default first."""

    providers: list[ProviderView]


def providers(read: Read) -> ProvidersView:
    """Return all of them; none where nothing is set up."""
    parties = [party for found in read.ports(Providers) for party in found.by_name.values()]
    return ProvidersView(
        providers=[
            ProviderView(name=party.name, publishable_key=party.publishable_key, is_default=not place)
            for place, party in enumerate(parties)
        ]
    )
