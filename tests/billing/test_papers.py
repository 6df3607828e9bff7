"""Papers: amounts and words in the reader's language, what is taken back to the last unit, and a PDF that reads as it looks."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillhall.billing.model.invoice import Paper, Series, credited, owed_again, taxes_of
from skillhall.billing.model.tax import REVERSE_CHARGE, Rate, tax_in, tax_on
from skillhall.billing.papers.press import printed
from skillhall.billing.papers.sheet import sheet
from skillhall.billing.papers.words import WORDS, amount_text, date_text, percent_text
from skillhall.payments.api import QuoteLine
from tests.billing.papers import GST, PLATFORM, a_paper, fonts_of, pages_of, text_of

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
CREDITS = QuoteLine(text="150 क्रेडिट", quantity=1, net=12_499_950, discount=50_000, tax=2_249_991, **GST)


@pytest.mark.parametrize(
    ("amount", "asset", "locale", "text"),
    [
        (123456789, "USD", "en", "$1,234,567.89"),
        (123456789, "INR", "en-IN", "₹12,34,567.89"),
        (123456789, "INR", "hi", "₹12,34,567.89"),
        (123456789, "EUR", "de", "1.234.567,89\u00a0€"),
        (-5, "EUR", "de-AT", "\u22120,05\u00a0€"),
        (1000, "JPY", "en", "¥1,000"),
        (1234567, "KWD", "en", "KWD\u00a01,234.567"),
        (7, "KWD", "de", "0,007\u00a0KWD"),
        (99, "CHF", "fr", "CHF\u00a00.99"),
        (0, "USD", "en", "$0.00"),
        (150, "CREDIT", "en", "150\u00a0credits"),
    ],
)
def test_amounts_as_their_reader_writes_them(amount: int, asset: str, locale: str, text: str):
    assert amount_text(amount, asset, locale) == text


def test_days_and_percents():
    day = date(2026, 3, 1)
    assert [date_text(day, locale) for locale in ("en", "en-US", "de", "hi", "sw")] == [
        "1 March 2026", "March 1, 2026", "1. März 2026", "1 मार्च 2026", "1 March 2026",
    ]  # fmt: skip
    assert (percent_text(1900, "en"), percent_text(550, "de"), percent_text(5, "en")) == ("19%", "5,5\u00a0%", "0.05%")
    assert len({frozenset(words) for words in WORDS.values()}) == 1


def test_taxes():
    vat = Rate(name="VAT", bp=1900, spares_businesses=True)
    assert [tax_on(net, vat, has_tax_id=False).amount for net in (2499, 50, 2, 0)] == [475, 10, 0, 0]
    assert (tax_on(2499, vat, has_tax_id=True).name, tax_on(2499, None, has_tax_id=True).bp) == (REVERSE_CHARGE, 0)
    assert (tax_in(1190, vat, has_tax_id=False).amount, tax_in(1190, vat, has_tax_id=True).amount) == (190, 0)


@given(
    st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**6)), min_size=1, max_size=5), st.lists(st.integers(1, 10**7), max_size=6)
)
def test_a_paper_is_given_back_to_the_last_unit(parts: list[tuple[int, int]], refunds: list[int]):
    paper = a_paper(*(QuoteLine(text=str(number), quantity=1, net=net, tax=tax, **GST) for number, (net, tax) in enumerate(parts)))
    before, notes = list[Paper](), [[0, 0] for _ in parts]
    for wanted in [*refunds, paper.total]:
        amount = min(wanted, paper.total + sum(one.total for one in before))
        lines = credited(paper, before, amount)
        assert sum(line.net + line.tax for line in lines) == -amount
        assert owed_again(owed_again(lines)) == lines
        for line in lines:
            assert line.net <= 0 >= line.tax
            notes[int(line.text)][0] += line.net
            notes[int(line.text)][1] += line.tax
        before.append(a_paper(*lines))
    assert [(-net, -tax) for net, tax in notes] == parts


def test_what_a_sheet_says():
    spared = QuoteLine(text="Pro", quantity=1, net=1999, tax_name=REVERSE_CHARGE)
    said = sheet(a_paper(spared, currency="EUR", locale="de"), "Skillhall")
    assert (said["kind"], said["has_tax"], said["notes"]) == ("Rechnung", False, ["Steuerschuldnerschaft des Leistungsempfängers."])
    lesson = a_paper(
        QuoteLine(text="Cello", quantity=1, net=100000), series=Series.RECEIPT, on_behalf=PLATFORM, currency="JPY", locale="en"
    )
    assert sheet(lesson, "S")["notes"] == ["Sold by the host named above. The payment was taken on the host's behalf by Skillhall e.V."]
    assert sheet(lesson, "S")["total"] == ["Total", "¥100,000"]
    note = sheet(a_paper(QuoteLine(text="x", quantity=1, net=-5), series=Series.CREDIT_NOTE, corrects="INV-2026-000001", locale="en"), "S")
    assert (note["is_credit"], note["total"], ("Corrects", "INV-2026-000001") in note["facts"]) == (
        True,
        ["Total returned", "\u2212₹0.05"],
        True,
    )
    fee = sheet(a_paper(QuoteLine(text="x", quantity=1, net=5), series=Series.FEE, locale="en", paid_with=""), "S")
    assert fee["notes"] == ["Kept back from what you earned: nothing is left to pay.", "No tax was charged."]
    two = [
        QuoteLine(text="a", quantity=1, net=100, tax=18, **GST),
        QuoteLine(text="b", quantity=1, net=100, tax=5, tax_bp=500, tax_name="GST"),
    ]
    assert [(tax.bp, tax.net, tax.amount) for tax in taxes_of([*two, two[0]])] == [(1800, 200, 36), (500, 100, 5)]


async def test_a_hindi_invoice_in_rupees_reads_as_it_looks():
    file = await printed(a_paper(CREDITS), AT, "Skillhall")
    text = text_of(file)
    for part in (
        "प्रियंका श्रीवास्तव",
        "फ्लैट 12, गंगा अपार्टमेंट",
        "पुणे 411001",
        "₹1,24,999.50",
        "₹1,47,499.41",
        "INV-2026-000042",
        "GST 18%",
        "चालान",
    ):
        assert part in text, (part, text)
    fonts = fonts_of(file)
    assert fonts
    assert all(fonts.values()), fonts
    assert all("Mukta" in name for name in fonts), fonts
    assert file == await printed(a_paper(CREDITS), AT, "Skillhall")


async def test_a_long_invoice_goes_over_pages_and_loses_no_line():
    lines = [QuoteLine(text=f'Lesson {number}: #set "quotes" $x$ *stars* <b> \\ @me', quantity=2, net=number) for number in range(1, 81)]
    file = await printed(a_paper(*lines, series=Series.RECEIPT, currency="USD", locale="en", on_behalf=PLATFORM), AT, "Skillhall")
    text = text_of(file)
    assert pages_of(file) > 2
    assert all(f'Lesson {number}: #set "quotes" $x$ *stars* <b> \\ @me' in text for number in range(1, 81))
    assert "Page 3 of" in text
