"""Every "no" of the ledger. The database answers most of them as values; `store.py` raises them."""

from skillhall.kernel.money import Money
from skillhall.kernel.refusals import Conflict, NotFound, Refused


class Short(Refused):
    """A refusal whose numbers are minor units of its `currency`."""

    @property
    def sentence(self) -> str:
        """The message with its amounts as people read them."""
        currency = str(self.params["currency"])
        amounts = {name: Money(amount, currency) for name, amount in self.params.items() if isinstance(amount, int)}
        return self.message.format(**amounts)


class Insufficient(Short):
    """The account holds less than the transfer takes."""

    code = "ledger.insufficient"
    message = "This needs {needed}; available: {available}."


class Indebted(Short):
    """While something is owed, nothing is held and nothing is paid out."""

    code = "ledger.indebted"
    message = "Still owed: {owed}. That is collected first."


class NotInMode(Refused):
    """The operator's mode has no such movement."""

    code = "ledger.not_in_mode"
    message = "This community's ledger runs in mode {mode}, which has no {kind} of this kind."


class HoldNotFound(NotFound):
    """No hold has this id."""

    code = "ledger.hold_not_found"
    message = "There is no such hold."


class HoldClosed(Conflict):
    """Nothing is left in the hold."""

    code = "ledger.hold_closed"
    message = "This hold is closed: all of it has been paid or given back."


class HoldExists(Conflict):
    """The id of a new hold has been used before."""

    code = "ledger.hold_exists"
    message = "This hold is open already."


class HoldShort(Short):
    """Less is left in the hold than the transfer takes out of it."""

    code = "ledger.hold_short"
    message = "This needs {needed} of a hold; left in it: {available}."


class HoldFrozen(Refused):
    """A case keeps the hold, and another one, or none, tried to move it."""

    code = "ledger.hold_frozen"
    message = "What a case has frozen moves only by that case."


class TransferDiffers(Conflict):
    """The id of a transfer was used again with other content."""

    code = "ledger.transfer_differs"
    message = "A different transfer was posted under this id."


class AlreadyReversed(Conflict):
    """A transfer is reversed once."""

    code = "ledger.already_reversed"
    message = "This transfer has been reversed already."


class NotReversible(Refused):
    """Only grants, adjustments and gifts are reversed; a hold is released, a settlement refunded."""

    code = "ledger.not_reversible"
    message = "A transfer of kind {kind} cannot be reversed."


class TransferNotFound(NotFound):
    """No transfer has this id."""

    code = "ledger.transfer_not_found"
    message = "There is no such transfer."


class ProviderShort(Short):
    """More would leave the provider's account than has come in through it."""

    code = "ledger.provider_short"
    message = "This needs {needed} at the payment provider; left there: {available}."


class GiftToSelf(Refused):
    """A gift goes to somebody else."""

    code = "ledger.gift_to_self"
    message = "You cannot give credits to yourself."


class ModeNotEmpty(Refused):
    """The mode was changed although accounts it does not know still hold something."""

    code = "ledger.mode_not_empty"
    message = "Mode {mode} has no {accounts}, and they are not empty."
