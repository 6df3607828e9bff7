"""The desk of the sandbox bank: where staff, tests and demonstrations make things happen that we did not ask for."""

from msgspec import Struct

from skillhall.kernel.db.tx import Read
from skillhall.payments.model.sandbox import BankCannot, NotAtTheBank
from skillhall.payments.outside.bank import Bank
from skillhall.payments.outside.sandbox import Sandbox
from skillhall.payments.ports import Providers


class Happened(Struct, frozen=True):
    """How a thing stands at the bank now; `told` counts the events about it."""

    ref: str
    state: str
    told: int


def sandbox(read: Read) -> Sandbox:
    """Return the bank of this hall; endpoints that need it exist in sandbox mode only."""
    found = read.port(Providers).by_name["sandbox"]
    if not isinstance(found, Sandbox):
        raise NotAtTheBank
    return found


async def happen(bank: Bank, ref: str, event: str, amount: int | None, asset: str | None) -> Happened:
    """Let `event` happen to the charge, refund or payout `ref`, or refuse what cannot happen to it."""
    if ref.startswith("sbx_po_"):
        state = await _payout(bank, ref, event)
    elif ref.startswith("sbx_re_"):
        state = await _refund(bank, ref, event)
    else:
        state = await _charge(bank, ref, event, amount, asset)
    return Happened(ref, state, len(bank.told))


async def _payout(bank: Bank, ref: str, event: str) -> str:
    payout = await bank.payout(ref)
    match event:
        case "succeed":
            payout = await bank.end_payout(ref, "paid")
        case "fail":
            payout = await bank.end_payout(ref, "failed")
        case "return_payout":
            payout = await bank.end_payout(ref, "returned")
        case "resend":
            await bank.tell_again(ref)
        case _:
            raise BankCannot(event=event, status=payout.state)
    return payout.state


async def _refund(bank: Bank, ref: str, event: str) -> str:
    if event not in {"succeed", "fail"}:
        raise BankCannot(event=event, status="a refund")
    return (await bank.end_refund(ref, "succeeded" if event == "succeed" else "failed")).state


async def _charge(bank: Bank, ref: str, event: str, amount: int | None, asset: str | None) -> str:
    charge = await bank.charge(ref)
    match event:
        case "succeed":
            done = await bank.take(charge, amount, asset)
        case "fail":
            done = await bank.decline(charge)
        case "refund":
            done = await bank.refund(charge, await bank.left(charge) if amount is None else amount, None)
        case "chargeback":
            done = await bank.charge_back(charge, amount)
        case "chargeback_won" | "chargeback_lost":
            done = await bank.end_chargeback(charge, "won" if event == "chargeback_won" else "lost")
        case "resend":
            await bank.tell_again(ref)
            done = charge
        case _:
            raise BankCannot(event=event, status=charge.state)
    return done.state
