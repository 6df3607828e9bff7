"""The pay page of the sandbox bank, sandbox mode only: where a payer in a browser pays, declines, is asked something, or waits in vain.

It works without scripts. Whoever holds the address of a charge may pay it, as with any bank.
"""

from html import escape
from typing import Final
from urllib.parse import parse_qs

from skillhall.kernel.http import Call, Raw, get, post
from skillhall.kernel.http.endpoint import Key
from skillhall.kernel.money import exponent, major_units
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.payments.model.sandbox import BankCannot, Charge, NotAtTheBank
from skillhall.payments.outside import desk
from skillhall.payments.outside.bank import Bank
from skillhall.payments.routes.page import CSP, HTML, document

OPEN: Final = (
    ("succeed", "Pay"),
    ("decline", "Decline the card"),
    ("action", "Let the bank ask me"),
    ("timeout", "Pay, but answer nobody"),
)
CHOICES: Final = tuple(choice for choice, _ in OPEN)
ASKED: Final = (("succeed", "Yes, it is me"), ("decline", "No, it is not"))
SAID: Final = {
    "succeeded": "Paid. Thank you.",
    "processing": "The bank is working on it.",
    "cancelled": "This payment was given up.",
}


@get("/dev/pay/{ref:str}", prefix=False, public=True, sandbox=True, media=HTML, refuses=(NotAtTheBank,))
async def show_pay_page(call: Call, ref: str) -> Raw:
    """Show the sandbox bank's pay page of a charge."""
    charge = await desk.sandbox(call.read).find(ref)
    if charge is None:
        raise NotAtTheBank
    return Raw(_page(charge), HTML, csp=CSP)


@post("/dev/pay/{ref:str}", prefix=False, public=True, sandbox=True, key=Key.NEVER, media=HTML, refuses=(NotAtTheBank, BankCannot))
async def answer_pay_page(call: Call, data: bytes, ref: str) -> Raw:
    """Do what the payer chose on the pay page (`choice` is succeed, decline, action or timeout), and show it anew."""
    choice = parse_qs(data.decode("latin-1")).get("choice", [""])[0]
    if choice not in CHOICES:
        raise Invalid(FieldError("choice", "body", "not_an_option", f"Must be one of: {', '.join(CHOICES)}."))

    async def act(bank: Bank) -> Charge:
        charge = await bank.charge(ref)
        if charge.state == "cancelled":
            raise BankCannot(event=choice, status=charge.state)
        match choice:
            case "succeed" | "timeout" if charge.state in {"created", "requires_action", "failed"}:
                return await bank.take(charge, is_silent=choice == "timeout")
            case "decline":
                return await bank.decline(charge)
            case "action":
                return await bank.ask(charge)
            case _:
                return charge

    return Raw(_page(await desk.sandbox(call.read).act(act)), HTML, csp=CSP)


def _page(charge: Charge) -> bytes:
    amount = f"{major_units(charge.amount, charge.asset):,.{exponent(charge.asset)}f} {charge.asset}"
    back = f"<p><a href='{escape(charge.return_url)}'>Back to where you came from</a>" if charge.return_url.startswith("http") else ""
    body = f"<h1>{escape(charge.title)}</h1><div class=sum>{amount}</div>{_choices(charge)}{back}"
    return document(f"Pay {amount}", f"{body}<small>Sandbox bank. No money moves here.</small>")


def _choices(charge: Charge) -> str:
    if charge.state in SAID:
        return f"<p>{SAID[charge.state]}</p>"
    told = {"failed": "<p>The card was declined. Try again?</p>", "requires_action": "<p>Your bank asks: is it you who pays?</p>"}
    choices = ASKED if charge.state == "requires_action" else OPEN
    buttons = "".join(f"<button name=choice value={value}>{text}</button>" for value, text in choices)
    return f"{told.get(charge.state, '')}<form method=post>{buttons}</form>"
