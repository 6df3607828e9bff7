"""The pay page of the sandbox bank, sandbox mode only: where a payer in a browser pays, declines, is asked something, or waits in vain.

It works without scripts. Whoever holds the address of a charge may pay it, as with any bank.
"""

from html import escape
from typing import Final
from urllib.parse import parse_qs

from skillhall.kernel.http import Call, Raw, get, post
from skillhall.kernel.http.endpoint import Key
from skillhall.kernel.money import exponent, major_units
from skillhall.payments.model.sandbox import Charge, NotAtTheBank
from skillhall.payments.outside import desk
from skillhall.payments.outside.bank import Bank

HTML: Final = "text/html; charset=utf-8"
CSP: Final = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-items:center;background:#eef1f6;color:#1c2430}"
    "main{background:#fff;border-radius:14px;box-shadow:0 8px 30px #1c243022;padding:2rem;width:min(24rem,calc(100vw - 5rem))}"
    "h1{font-size:1rem;font-weight:500;color:#5b6676;margin:0}.sum{font-size:2.2rem;font-weight:650;margin:.2rem 0 1.2rem}"
    "form{display:grid;gap:.6rem}button{font:inherit;padding:.7rem;border-radius:9px;border:1px solid #c6ceda;background:#fff}"
    "button:first-of-type{background:#1f5eff;border-color:#1f5eff;color:#fff;font-weight:600}"
    "button{cursor:pointer}button:focus-visible{outline:3px solid #1f5eff66}"
    "p{color:#5b6676}a{color:#1f5eff}small{color:#8590a0;display:block;margin-top:1.4rem}"
    "@media(prefers-color-scheme:dark){body{background:#10141b;color:#e8ecf2}main{background:#1a202a}h1,p{color:#a4aebd}"
    "button{background:#242c39;color:inherit;border-color:#3a4454}a{color:#8ab0ff}}"
)
OPEN: Final = (
    ("succeed", "Pay"),
    ("decline", "Decline the card"),
    ("action", "Let the bank ask me"),
    ("timeout", "Pay, but answer nobody"),
)
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
    return Raw(_page(charge).encode(), HTML, csp=CSP)


@post("/dev/pay/{ref:str}", prefix=False, public=True, sandbox=True, key=Key.NEVER, media=HTML, refuses=(NotAtTheBank,))
async def answer_pay_page(call: Call, data: bytes, ref: str) -> Raw:
    """Do what the payer chose on the pay page (`choice` is succeed, decline, action or timeout), and show it anew."""
    choice = parse_qs(data.decode("latin-1")).get("choice", [""])[0]

    async def act(bank: Bank) -> Charge:
        charge = await bank.charge(ref)
        match choice:
            case "succeed" | "timeout" if charge.state in {"created", "requires_action", "failed"}:
                return await bank.take(charge, is_silent=choice == "timeout")
            case "decline":
                return await bank.decline(charge)
            case "action":
                return await bank.ask(charge)
            case _:
                return charge

    return Raw(_page(await desk.sandbox(call.read).act(act)).encode(), HTML, csp=CSP)


def _page(charge: Charge) -> str:
    amount = f"{major_units(charge.amount, charge.asset):,.{exponent(charge.asset)}f} {charge.asset}"
    head = f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'><title>Pay {amount}</title>"
    back = f"<p><a href='{escape(charge.return_url)}'>Back to where you came from</a>" if charge.return_url.startswith("http") else ""
    body = f"<h1>{escape(charge.title)}</h1><div class=sum>{amount}</div>{_choices(charge)}{back}"
    return f"{head}<style>{STYLE}</style><main>{body}<small>Sandbox bank. No money moves here.</small></main>"


def _choices(charge: Charge) -> str:
    if charge.state in SAID:
        return f"<p>{SAID[charge.state]}</p>"
    told = {"failed": "<p>The card was declined. Try again?</p>", "requires_action": "<p>Your bank asks: is it you who pays?</p>"}
    choices = ASKED if charge.state == "requires_action" else OPEN
    buttons = "".join(f"<button name=choice value={value}>{text}</button>" for value, text in choices)
    return f"{told.get(charge.state, '')}<form method=post>{buttons}</form>"
