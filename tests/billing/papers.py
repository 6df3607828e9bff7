"""Papers for tests, and PDFs read back as a browser reads them."""

import ctypes
from datetime import date
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from skillhall.billing.model.invoice import Paper, Party, Series, taxes_of
from skillhall.payments.api import QuoteLine

PRIYANKA = Party(name="प्रियंका श्रीवास्तव", lines=("फ्लैट 12, गंगा अपार्टमेंट", "पुणे 411001"), country="IN", tax_id="27AAPFU0939F1ZV")
PLATFORM = Party(name="Skillhall e.V.", lines=("Musterstraße 5", "10115 Berlin"), country="DE", tax_id="DE123456789")
GST = {"tax_bp": 1800, "tax_name": "GST"}


def a_paper(*lines: QuoteLine, series: Series = Series.INVOICE, currency: str = "INR", locale: str = "hi-IN", **changes: Any) -> Paper:
    """Return a paper over these lines."""
    facts: dict[str, Any] = {
        "series": series, "number": f"{series}-2026-000042", "issued_on": date(2026, 11, 21), "supplied_on": date(2026, 11, 20),
        "title": "150 credits", "seller": PLATFORM, "buyer": PRIYANKA, "lines": lines, "taxes": taxes_of(lines),
        "net": sum(line.net for line in lines), "tax": sum(line.tax for line in lines), "currency": currency,
        "reference": "018f0000-0000-7000-8000-000000000001", "locale": locale, "paid_with": "stripe",
    }  # fmt: skip
    return Paper(**{**facts, **changes})


def text_of(file: bytes) -> str:
    """Return the text of all pages."""
    document = pypdfium2.PdfDocument(file)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def fonts_of(file: bytes) -> dict[str, bool]:
    """Return the fonts any text is set in, and whether the file holds them."""
    found: dict[str, bool] = {}
    document = pypdfium2.PdfDocument(file)
    for page in document:
        for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=5):
            font = pdfium.FPDFTextObj_GetFont(item.raw)
            name = ctypes.create_string_buffer(200)
            pdfium.FPDFFont_GetBaseFontName(font, name, 200)
            found[name.value.decode()] = pdfium.FPDFFont_GetIsEmbedded(font) == 1
    return found


def pages_of(file: bytes) -> int:
    """Return how many pages there are."""
    return len(pypdfium2.PdfDocument(file))
