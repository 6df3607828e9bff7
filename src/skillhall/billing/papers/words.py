"""Amounts, dates and words of papers in the reader's language: English, German or Hindi; others read English. Pure."""

from datetime import date
from types import MappingProxyType
from typing import Final

from skillhall.billing.model.invoice import Series
from skillhall.kernel.money import CREDIT, exponent

NARROW: Final = "\N{NO-BREAK SPACE}"
MINUS: Final = "\N{MINUS SIGN}"
SYMBOLS: Final = MappingProxyType({"EUR": "€", "USD": "$", "GBP": "£", "INR": "₹", "JPY": "¥"})
MONTHS: Final = MappingProxyType(
    {
        "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
        "de": ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
        "hi": ["जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर"],
    }
)
KINDS: Final = MappingProxyType(
    {
        "en": {Series.INVOICE: "Invoice", Series.RECEIPT: "Receipt", Series.FEE: "Fee invoice", Series.CREDIT_NOTE: "Credit note"},
        "de": {
            Series.INVOICE: "Rechnung",
            Series.RECEIPT: "Quittung",
            Series.FEE: "Gebührenrechnung",
            Series.CREDIT_NOTE: "Rechnungskorrektur",
        },
        "hi": {Series.INVOICE: "चालान", Series.RECEIPT: "रसीद", Series.FEE: "शुल्क चालान", Series.CREDIT_NOTE: "क्रेडिट नोट"},
    }
)
WORDS: Final = MappingProxyType(
    {
        "en": {
            "number": "Number", "issued": "Date of issue", "supplied": "Date of supply", "reference": "Payment", "corrects": "Corrects",
            "seller": "From", "buyer": "Billed to", "tax_id": "Tax ID", "item": "Description", "quantity": "Qty", "net": "Amount",
            "tax": "Tax", "subtotal": "Subtotal", "total": "Total", "returned": "Total returned",
            "paid_with": "Paid with", "discount": "after a discount of", "page": "Page", "of": "of", "on": "on",
            "on_behalf": "Sold by the host named above. The payment was taken on the host's behalf by",
            "reverse_charge": "Reverse charge: the tax is owed by the buyer.",
            "withheld": "Kept back from what you earned: nothing is left to pay.", "untaxed": "No tax was charged.",
        },
        "de": {
            "number": "Nummer", "issued": "Ausgestellt am", "supplied": "Leistungsdatum", "reference": "Zahlung", "corrects": "Zu Beleg",
            "seller": "Von", "buyer": "An", "tax_id": "USt-IdNr. / Steuernr.", "item": "Leistung", "quantity": "Menge", "net": "Betrag",
            "tax": "Steuer", "subtotal": "Zwischensumme", "total": "Gesamtbetrag", "returned": "Erstattet",
            "paid_with": "Bezahlt mit", "discount": "nach Abzug von", "page": "Seite", "of": "von", "on": "auf",
            "on_behalf": "Verkauft von der oben genannten Person. Die Zahlung wurde in deren Auftrag entgegengenommen von",
            "reverse_charge": "Steuerschuldnerschaft des Leistungsempfängers.",
            "withheld": "Von Ihren Einnahmen einbehalten: Es ist nichts mehr zu zahlen.", "untaxed": "Es wurde keine Steuer berechnet.",
        },
        "hi": {
            "number": "संख्या", "issued": "जारी करने की तिथि", "supplied": "आपूर्ति की तिथि", "reference": "भुगतान", "corrects": "मूल दस्तावेज़",
            "seller": "प्रेषक", "buyer": "प्राप्तकर्ता", "tax_id": "कर पहचान संख्या", "item": "विवरण", "quantity": "मात्रा", "net": "राशि",
            "tax": "कर", "subtotal": "उप-योग", "total": "कुल राशि", "returned": "लौटाई गई राशि",
            "paid_with": "भुगतान का माध्यम", "discount": "छूट के बाद:", "page": "पृष्ठ", "of": "/", "on": "पर",
            "on_behalf": "ऊपर दिए गए होस्ट द्वारा बेचा गया। उनकी ओर से भुगतान प्राप्तकर्ता:",
            "reverse_charge": "रिवर्स चार्ज: कर का भुगतान ख़रीदार करेगा।",
            "withheld": "आपकी कमाई से काटा गया: कुछ भी देय नहीं है।", "untaxed": "कोई कर नहीं लगाया गया।",
        },
    }
)  # fmt: skip
_LAKH: Final = frozenset({"hi", "en-IN"})


def language_of(locale: str) -> str:
    """Return the language papers have for this locale."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return language if language in WORDS else "en"


def amount_text(amount: int, asset: str, locale: str) -> str:
    """Return an amount in major units as its reader writes it: 1,234.56 or 1.234,56, lakhs in India; decimals as the currency has."""
    language, decimals = language_of(locale), exponent(asset)
    whole, part = divmod(abs(amount), 10**decimals)
    point, comma = (",", ".") if language == "de" else (".", ",")
    text = _grouped(str(whole), comma, by_lakh=locale.replace("_", "-") in _LAKH or language == "hi")
    if decimals:
        text += f"{point}{part:0{decimals}d}"
    sign, symbol = MINUS if amount < 0 else "", SYMBOLS.get(asset, "credits" if asset == CREDIT else asset)
    if language == "de" or asset == CREDIT:
        return f"{sign}{text}{NARROW}{symbol}"
    return f"{sign}{symbol}{text}" if asset in SYMBOLS else f"{sign}{symbol}{NARROW}{text}"


def _grouped(digits: str, comma: str, *, by_lakh: bool) -> str:
    """Return digits in groups of three; by lakh, all but the last in groups of two."""
    head, tail, size = digits[:-3], digits[-3:], 2 if by_lakh else 3
    first = len(head) % size or size
    groups = [head[:first], *(head[at : at + size] for at in range(first, len(head), size))] if head else []
    return comma.join([*groups, tail])


def date_text(day: date, locale: str) -> str:
    """Return a day in full: 21 November 2026, in the United States November 21, 2026."""
    language = language_of(locale)
    month = MONTHS[language][day.month - 1]
    if locale.replace("_", "-") == "en-US":
        return f"{month} {day.day}, {day.year}"
    return f"{day.day}{'.' if language == 'de' else ''} {month} {day.year}"


def percent_text(bp: int, locale: str) -> str:
    """Return basis points as a percentage without needless decimals."""
    text = f"{bp / 100:g}"
    return f"{text.replace('.', ',')}{NARROW}%" if language_of(locale) == "de" else f"{text}%"
