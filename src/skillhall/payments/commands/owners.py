"""Who owns what is paid for, and who charges for it."""

from skillhall.kernel.db.tx import Read
from skillhall.payments.model.refusals import NoProvider, NotPayable
from skillhall.payments.ports import Payable, Provider, Providers


def payable(read: Read, purpose: str) -> Payable:
    """Return who sells things of this kind."""
    for owner in read.ports(Payable):
        if purpose in owner.purposes:
            return owner
    raise NotPayable(purpose=purpose)


def chosen_provider(read: Read, name: str | None) -> Provider:
    """Return the party of this name, or the default one."""
    parties = [party for found in read.ports(Providers) for party in found.by_name.values()]
    party = next((party for party in parties if name in {None, party.name}), None)
    if party is None:
        raise NoProvider(provider=name or "")
    return party
