"""What billing says no to about papers, addresses and taxes."""

from skillhall.kernel.refusals import Conflict, Invalid, NotFound


class InvoiceNotFound(NotFound):
    """No such paper, or somebody else's."""

    code = "billing.invoice_not_found"
    message = "There is no such invoice."


class InvoicePending(NotFound):
    """The payment is known, its paper is not issued yet: an invoice follows the money."""

    code = "billing.invoice_pending"
    message = "There is no invoice for this payment yet. It is issued once the payment has succeeded."


class AddressIncomplete(Invalid):
    """A first billing address without all that an invoice needs."""

    code = "billing.address_incomplete"
    message = "A billing address needs a name, at least one line and a country."


class TaxRateNotFound(NotFound):
    """No such rate."""

    code = "billing.tax_rate_not_found"
    message = "There is no such tax rate."


class TaxRateExists(Conflict):
    """A country has one rate."""

    code = "billing.tax_rate_exists"
    message = "There is a tax rate for {country} already."
