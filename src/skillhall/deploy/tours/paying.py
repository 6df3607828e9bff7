"""From a card to credits, to work, and to a bank: a coupon, a late webhook, a refund, a renewal that fails, a payout, a chargeback."""

import base64
from typing import Any

from msgspec import Struct

from skillhall.deploy.tours import jobs, scenes
from skillhall.deploy.tours.jobs import Job
from skillhall.deploy.tours.scenes import GRANT
from skillhall.deploy.tours.stage import JSON, Operator, Person, Stage, TourError, in_words, moment

EURO = "EUR"
PACKAGE, CREDITS, PRICE, CUT = "learning", 150, 2499, 1000  # the cut in basis points
SPENT, WORK, PLAN, TRIAL_DAYS = 50, 24_000, 1999, 8
FEE_SHARE = 1000
PASSPORT = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAABAAAAAQAQAAAAA3iMLMAAAAEklEQVR42mP4/4EBiPjBiAg2AEYGF3EHSQhjAAAAAElFTkSuQmCC")
OFF = PRICE * CUT // 10_000
PAID = PRICE - OFF
LEFT = CREDITS + GRANT - SPENT
BACK = PAID * LEFT // CREDITS


class Cast(Struct, frozen=True, kw_only=True):
    """Who plays: who pays, who works for it, and the operator, who sells, verifies and reconciles."""

    stage: Stage
    operator: Operator
    buyer: Person
    worker: Person


async def play(stage: Stage) -> None:
    """Play the whole story."""
    cast = Cast(stage=stage, operator=await stage.operator(), buyer=stage.person("Paula"), worker=stage.person("Hugo"))
    people = (cast.buyer, cast.worker)
    stage.act("Two people sign in by code")
    await scenes.sign_in(stage, people)
    before = [{person.name: await person.balance(asset) for person in people} for asset in ("CREDIT", EURO)]
    bought = await _bought(cast)
    await _told_again(cast, bought)
    await _spent(cast)
    await _refunded(cast, bought)
    card = await _card(cast.buyer, "tok_ok")
    work = await _protected(cast, card)
    plan = await _subscribed(cast)
    await _verified(cast)
    await _not_renewed(cast, card, plan)
    await _paid_out(cast)
    await _charged_back(cast, work)
    stage.act("The books, ours and the bank's")
    await scenes.prove(cast.operator)
    await _reconciled(cast)
    for title, had, asset in zip(("Credits", "Euro cents"), before, ("CREDIT", EURO), strict=True):
        scenes.compare(stage, f"{title} before and after", had, {person.name: await person.balance(asset) for person in people})


async def _bought(cast: Cast) -> JSON:
    """Buy credits on the bank's page, and return the payment."""
    stage, buyer, code = cast.stage, cast.buyer, f"TOUR-{cast.stage.run}".upper()
    stage.act(f"{buyer.name} buys credits with a coupon")
    offered = await buyer.ask("GET", "/api/v1/payments/packages?limit=100")
    package = next((one for one in offered if one["code"] == PACKAGE), None)
    if package is None:
        raise TourError("No credits are on sale: ./skillhall catalogue puts them there, where the ledger's mode allows it.")
    coupon = {"code": code, "percentBasisPoints": CUT, "purposes": ["credits"], "items": [PACKAGE], "limit": 1}
    await cast.operator.ask("POST", "/api/v1/billing/coupons", coupon, expect=201)
    stage.step(f"{cast.operator.name} gives out the coupon {code}: {CUT // 100} % off, for one use")
    choice = {"packageId": package["id"], "currency": EURO}
    tried = await buyer.ask("POST", "/api/v1/billing/coupons/validate", {**choice, "code": code})
    stage.fact(
        f"what it takes off {package['name']!r}, and what is left", [_cents(tried[part]) for part in ("discount", "amount")], [OFF, PAID]
    )
    opened = [await buyer.ask("POST", "/api/v1/billing/purchase", {**choice, "couponCode": code}, expect=201) for _ in range(2)]
    stage.step(f"{buyer.name} asks twice for the {CREDITS} credits")
    stage.fact("payments opened", len({one["payment"]["id"] for one in opened}), 1)
    payment: JSON = opened[0]["payment"]
    await _pressed(cast, payment, "action", "the bank asks whether it is she who pays", "requires_action")
    await _pressed(cast, payment, "succeed", "she says yes", "succeeded")
    stage.fact(f"{buyer.name}'s credits", (await buyer.credits())["available"], GRANT + CREDITS)
    await _invoiced(buyer, payment, "INV", PAID)
    return payment


async def _pressed(cast: Cast, payment: JSON, choice: str, told: str, status: str) -> None:
    await cast.buyer.press(f"/dev/pay/{payment['paymentIntentId']}", choice=choice)
    cast.stage.step(f"On the bank's page {told}; a webhook tells the hall")
    await cast.operator.settled()
    cast.stage.fact("the payment", await _status(cast.buyer, payment), status)


async def _told_again(cast: Cast, payment: JSON) -> None:
    stage = cast.stage
    stage.act("The bank's webhooks come again, twice, and in the wrong order")
    told = await _at_bank(cast, payment, "resend", times=2)
    stage.step("The bank tells everything again, the newest first: that it has the money, then that it only asks")
    stage.fact("webhooks that came", told["told"], 2 * 2)
    stage.fact("the payment", await _status(cast.buyer, payment), "succeeded")
    stage.fact(f"{cast.buyer.name}'s credits, granted once", (await cast.buyer.credits())["available"], GRANT + CREDITS)


async def _spent(cast: Cast) -> None:
    stage, buyer, worker = cast.stage, cast.buyer, cast.worker
    stage.act(f"{buyer.name} spends {SPENT} credits; what was a gift goes first")
    project = await jobs.posted(buyer, "Two letters more on the sign")
    await jobs.bid(worker, project, SPENT)
    body = {"projectId": project["id"], "workerId": worker.id, "agreedAmount": SPENT}
    booked = await buyer.ask("POST", "/api/v1/bookings", body, expect=201)
    stage.step(f"{buyer.name} books {worker.name}, who has bid {SPENT}")
    stage.fact("the protected payment", booked["escrow"]["status"], "held")
    path = f"/api/v1/bookings/{booked['id']}"
    for who, verb in ((worker, "confirm"), (worker, "start"), (worker, "deliver"), (buyer, "complete")):
        await who.ask("POST", f"{path}/{verb}", jobs.HANDOVER if verb == "deliver" else None)
    stage.step(f"{worker.name} does it and {buyer.name} is content")
    fee = _fee(SPENT)
    stage.fact(f"{worker.name}'s credits: {SPENT} less the fee of {fee}", scenes.owned(await worker.credits()), GRANT + SPENT - fee)
    stage.fact(f"{buyer.name}'s credits", (await buyer.credits())["available"], LEFT)


async def _refunded(cast: Cast, payment: JSON) -> None:
    stage, buyer = cast.stage, cast.buyer
    stage.act(f"What {buyer.name} has not spent goes back to the card")
    path = f"/api/v1/payments/{payment['id']}/refund"
    refused = await buyer.ask("POST", path, {"amount": _euros(PAID)}, expect=422, key=True)
    stage.step(f"{buyer.name} asks for all {PAID} cents")
    stage.fact("the answer", refused["reason"], "payments.refund_too_much")
    asked = await buyer.ask("POST", path, {"reason": "More than I need."}, expect=201, key=True)
    stage.step(f"{buyer.name} asks for what may go back")
    stage.fact(f"the price of {LEFT} of {CREDITS} credits, in cents", _cents(asked["amount"]), BACK)
    await cast.operator.settled()
    stage.fact("the refund", [one["status"] for one in await buyer.ask("GET", f"{path}s")], ["succeeded"])
    stage.fact(f"{buyer.name}'s credits", (await buyer.credits())["available"], 0)
    notes = await buyer.ask("GET", f"/api/v1/billing/invoices?kind=credit_note&paymentId={payment['id']}")
    stage.step(f"The credit note is {', '.join(one['number'] for one in notes)}")
    stage.fact("its total in cents", [_cents(one["total"]) for one in notes], [-BACK])


async def _protected(cast: Cast, card: str) -> JSON:
    """Have work paid by card and approved; return the payment."""
    stage, buyer, worker, fee = cast.stage, cast.buyer, cast.worker, _fee(WORK)
    stage.act("A milestone is paid by card")
    project = await jobs.posted(buyer, "A sign for our repair café", currency=EURO)
    bid = await jobs.bid(worker, project, WORK, currency=EURO)
    job = await jobs.chosen(buyer, worker, bid, {"The sign": WORK}, currency=EURO)
    await jobs.signed(job)
    intent = await buyer.ask("POST", "/api/v1/payments/intent", {"milestoneId": job.milestones[0]}, expect=201)
    stage.fact("what it costs, what the community keeps of it", [_cents(intent[part]) for part in ("amount", "fee")], [WORK, fee])
    await buyer.ask("POST", f"/api/v1/payments/{intent['id']}/confirm", {"paymentMethodId": card})
    stage.step(f"{buyer.name} pays with a stored card")
    stage.fact("the payment", await _status(buyer, intent), "succeeded")
    stage.fact("the milestone and who brought the money", await _standing(job), ["funded", "provider:sandbox"])
    await jobs.delivered(job, 0)
    await buyer.ask("POST", f"{jobs.milestone(job, 0)}/approve")
    stage.step(f"{buyer.name} approves it")
    stage.fact(f"{worker.name}'s earnings in cents", await _earnings(worker), WORK - fee)
    await cast.operator.settled()
    await _invoiced(buyer, intent, "RCT", WORK)
    fees = await worker.ask("GET", "/api/v1/billing/invoices?kind=fee_invoice")
    stage.step(f"{worker.name} gets {', '.join(one['number'] for one in fees)} for the fee")
    stage.fact("its total in cents", [_cents(one["total"]) for one in fees], [fee])
    return intent


async def _subscribed(cast: Cast) -> JSON:
    """Subscribe for a trial with a card that will be refused; return the plan."""
    stage, buyer, code = cast.stage, cast.buyer, f"tour-{cast.stage.run}"
    stage.act(f"{buyer.name} subscribes, with another card")
    body = {"code": code, "name": "Workshop", "prices": [_euros(PLAN)], "limits": {"ai_credits": 500}, "trialDays": TRIAL_DAYS}
    plan: JSON = await cast.operator.ask("POST", "/api/v1/billing/plans", body, expect=201)
    stage.step(f"{cast.operator.name} sells the plan {code}: {PLAN} cents a month, {TRIAL_DAYS} days on trial")
    await buyer.ask("PUT", f"/api/v1/payments/methods/{await _card(buyer, 'tok_insufficient')}/default", {})
    bought = await buyer.ask("POST", "/api/v1/billing/purchase", {"planCode": code}, expect=201)
    stage.step(f"{buyer.name} subscribes")
    stage.fact(
        "the subscription, and what is due now", [bought["subscription"]["status"], _cents(bought["payment"]["amount"])], ["trialing", 0]
    )
    stage.fact("AI credits a month", await _allowed(buyer), 500)
    return plan


async def _verified(cast: Cast) -> None:
    stage, worker, operator = cast.stage, cast.worker, cast.operator
    stage.act(f"{worker.name} would be paid out")
    account = {"kind": "bank_transfer", "destination": "ba_ok", "label": "My bank", "currency": EURO, "schedule": "manual"}
    await worker.ask("PUT", "/api/v1/payouts/account", account)
    refused = await worker.ask("POST", "/api/v1/payouts", {}, expect=422, key=True)
    stage.step(f"{worker.name} names a bank and asks for the money")
    stage.fact("the answer", refused["reason"], "payments.identity_unverified")
    paper = await worker.upload("/api/v1/files", PASSPORT, "passport.png", purpose="document")
    await worker.ask("POST", "/api/v1/payouts/account/verification", {"documents": [paper["id"]]})
    verdict = {"status": "verified", "reason": "The passport is genuine."}
    known = await operator.ask("POST", f"/api/v1/payouts/accounts/{worker.id}/decide", verdict)
    stage.step(f"{worker.name} shows a passport, {operator.name} reads it")
    stage.fact(f"who {worker.name} is", known["verification"], "verified")
    early = await worker.ask("POST", "/api/v1/payouts", {}, expect=422, key=True)
    stage.step(f"{worker.name} asks again, on the day the money was earned")
    stage.fact("the answer", early["reason"], "payments.not_yet_payable")


async def _not_renewed(cast: Cast, card: str, plan: JSON) -> None:
    stage, buyer, path = cast.stage, cast.buyer, "/api/v1/billing/subscription"
    stage.act("The trial ends, the card is refused, and another one saves the subscription")
    await cast.operator.clock_to(moment((await buyer.ask("GET", path))["currentPeriodEnd"]))
    found = await buyer.ask("GET", path)
    stage.fact("the subscription, and what it owes", [found["status"], _cents(found["amountDue"])], ["past_due", PLAN])
    stage.step(f"It is charged again; grace ends on {in_words(moment(found['graceEndsAt']))}")
    stage.fact(f"{buyer.name} is told by mail", await buyer.mailed(r"(We could not charge your)"), "We could not charge your")
    stage.fact("AI credits a month, in grace", await _allowed(buyer), 500)
    recovered = await buyer.ask("POST", f"{path}/pay", {"paymentMethodId": card})
    stage.step(f"{buyer.name} pays with the first card")
    states = [recovered["payment"]["status"], (await buyer.ask("GET", path))["status"]]
    stage.fact("the payment and the subscription", states, ["succeeded", "active"])
    await cast.operator.settled()
    await _invoiced(buyer, recovered["payment"], "INV", PLAN)
    ending = await buyer.ask("POST", f"{path}/cancel")
    stage.step(f"{buyer.name} cancels")
    stage.fact("it runs until the month is over, and ends", [ending["status"], ending["cancelAtPeriodEnd"]], ["active", True])
    await cast.operator.ask("DELETE", f"/api/v1/billing/plans/{plan['id']}")


async def _paid_out(cast: Cast) -> None:
    stage, worker, earned = cast.stage, cast.worker, WORK - _fee(WORK)
    stage.act(f"Seven days have passed: {worker.name} is paid out")
    asked = await worker.ask("POST", "/api/v1/payouts", {}, expect=201, key=True)
    stage.step(f"{worker.name} asks for everything that can go")
    stage.fact("in cents", _cents(asked["amount"]), earned)
    await cast.operator.settled()
    stage.fact("the payout", (await worker.ask("GET", f"/api/v1/payouts/{asked['id']}"))["status"], "paid")
    stage.fact(f"{worker.name}'s earnings", await _earnings(worker), 0)


async def _charged_back(cast: Cast, payment: JSON) -> None:
    stage, buyer, worker, earned = cast.stage, cast.buyer, cast.worker, WORK - _fee(WORK)
    stage.act(f"{buyer.name}'s bank takes the money of the milestone back, which {worker.name} has already")
    lost = await _losses(cast)
    await _at_bank(cast, payment, "chargeback", times=2)
    stage.step("The bank tells it twice")
    stage.fact("the payment", await _status(buyer, payment), "disputed")
    stage.fact("what the community bears of it, in cents", await _losses(cast) - lost, earned)
    (taken,) = await worker.ask("GET", "/api/v1/payments/chargebacks")
    (case,) = await worker.ask("GET", f"/api/v1/disputes?escrowId={taken['id']}")
    await worker.ask("POST", f"/api/v1/disputes/{case['id']}/evidence", {"text": "It hangs above the door."}, expect=201)
    stage.step(f"A case is open; {worker.name} says what the bank should know, and the bank believes it")
    await _at_bank(cast, payment, "chargeback_won", times=2)
    stage.fact("the payment", await _status(buyer, payment), "succeeded")
    stage.fact("what the community bears of it now", await _losses(cast) - lost, 0)
    closed = await worker.ask("GET", f"/api/v1/disputes/{case['id']}")
    stage.fact("the case", [closed["status"], closed["outcome"]], ["resolved", "no_refund"])


async def _reconciled(cast: Cast) -> None:
    stage = cast.stage
    report = await cast.operator.ask("POST", "/api/v1/payments/reconciliations", {"provider": "sandbox"})
    stage.step(f"The bank's statement of {report['day']} has {report['movements']} lines")
    stage.fact("its comparison with the books", [report["status"], report["isClean"]], ["done", True])
    stage.fact("minor units nobody can explain", sum(abs(_cents(one["unexplained"])) for one in report["totals"]), 0)


async def _card(person: Person, token: str) -> str:
    return (await person.ask("POST", "/api/v1/payments/methods", {"provider": "sandbox", "token": token}, expect=201, key=True))["id"]


async def _invoiced(person: Person, payment: JSON, series: str, total: int) -> None:
    found = await person.ask("GET", f"/api/v1/payments/{payment['id']}/invoice")
    person.stage.step(f"{person.name} gets {found['number']}: {found['title']}")
    person.stage.fact("its series and its total in cents", [found["number"][:3], _cents(found["total"])], [series, total])


async def _at_bank(cast: Cast, payment: JSON, event: str, *, times: int) -> JSON:
    """Let something happen at the bank, and wait until its webhooks are worked off."""
    done: JSON = await cast.operator.ask("POST", "/sandbox/payments", {"paymentId": payment["id"], "event": event, "times": times})
    await cast.operator.settled()
    return done


async def _status(person: Person, payment: JSON) -> str:
    return (await person.ask("GET", f"/api/v1/payments/{payment['id']}"))["status"]


async def _standing(job: Job) -> list[str]:
    found = await job.client.ask("GET", jobs.milestone(job, 0))
    return [found["status"], (await job.client.ask("GET", f"/api/v1/escrow/{job.payments[0]}"))["fundedFrom"]]


async def _earnings(person: Person) -> int:
    return (await person.balance(EURO)).get("earnings", 0)


async def _allowed(person: Person) -> int:
    usage = (await person.ask("GET", "/api/v1/billing/usage"))["usage"]
    return next(one["limit"] for one in usage if one["entitlement"] == "ai_credits")


async def _losses(cast: Cast) -> int:
    found = await cast.operator.ask("GET", "/api/v1/billing/statistics")
    return next(_cents(one["losses"]) for one in found["currencies"] if one["currency"] == EURO)


def _cents(money: JSON) -> int:
    return money["amount"]


def _euros(cents: int) -> dict[str, Any]:
    return {"amount": cents, "currency": EURO}


def _fee(gross: int) -> int:
    return gross * FEE_SHARE // 10_000
