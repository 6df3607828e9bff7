"""What is bought, paid, given back and paid out in the hall that is fuzzed: most of it by the member, whose earnings are old enough."""

from datetime import timedelta
from typing import Any, Final

from tests.journeys.cast import a_key, an_offer, fund, held_lesson
from tests.journeys.test_billing import a_card, a_catalogue, euros
from tests.journeys.test_money_back import earned, paid
from tests.journeys.test_payments import LONG_AGO, a_booking
from tests.journeys.test_payouts import LOST, verified
from tests.support.client import Client
from tests.support.server import Served

COUPON: Final = {"code": "SPRING", "percentBasisPoints": 100, "purposes": ["credits", "subscription"]}
ACCOUNT: Final = {"kind": "bank_transfer", "destination": "ba_ok", "label": "My bank", "currency": "GBP", "schedule": "manual"}


async def fill_payments(served: Served, member: Client) -> None:
    """Give the member cards, purchases, payments in every state, earnings and payouts; and the staff what it has to decide."""
    operator = await served.operator()
    for code, price in (("pro", 1999), ("enterprise", 9999)):
        body = {"code": code, "name": code.title(), "prices": [euros(price)], "limits": {"ai_credits": price}}
        await operator.post("/billing/plans", body, expect=201)
    await operator.post("/billing/coupons", COUPON, expect=201)
    for country in ("FR", "PL"):
        await operator.post("/billing/tax-rates", {"country": country, "name": "VAT", "rate": 2000}, expect=201, key=a_key())
    await fill_payouts(served, member)
    await fill_purchases(served, member)
    await fill_money_back(served, operator)
    await operator.post("/payments/reconciliations", {"provider": "sandbox"}, expect=200)


async def fill_payouts(served: Served, member: Client) -> None:
    """Let the member earn, wait, make money of it, and ask for it: payouts that wait for pounds, and one that nobody knows of."""
    learner, offer = await served.person(), await an_offer(member, price=400)
    await fund(served, learner, 400)
    session = await held_lesson(served, member, learner, offer)
    await learner.post(f"/sessions/{session['id']}/confirm", expect=200)
    await served.advance(timedelta(days=8))
    await member.post("/payments/redeem", {"credits": {"amount": 200}, "currency": "GBP"}, expect=200, key=a_key())
    await member.put("/payouts/account", ACCOUNT)
    await verified(served, member)
    made = [(await member.post("/payouts", {"amount": "1.00"}, expect=201, key=a_key())).data["id"] for _ in range(4)]
    await served.settled()
    await served.value(LOST, made[-1])


async def fill_purchases(served: Served, member: Client) -> None:
    """Let the member buy a package and a plan, and leave one payment without an answer."""
    cards = [await a_card(member, "tok_ok") for _ in range(4)]
    _, package, _ = await a_catalogue(served)
    for bought in ({"packageId": package}, {"planCode": "pro"}):
        await member.post("/billing/purchase", {**bought, "paymentMethodId": cards[0]}, expect=201)
    lost = (await member.post("/payments/intent", {"packageId": package}, expect=201)).data["id"]
    await member.post(f"/payments/{lost}/confirm", {"paymentMethodId": "tok_lost"}, expect=200)
    await served.value(f"WITH aged AS ({LONG_AGO} RETURNING 1) SELECT count(*) FROM aged")
    await served.settled()


async def leave_open(served: Served, member: Client) -> None:
    """Let the member begin to buy what nobody pays today."""
    for _ in range(3):
        _, package, _ = await a_catalogue(served)
        await member.post("/payments/intent", {"packageId": package}, expect=201)


async def fill_money_back(served: Served, operator: Client) -> None:
    """Give the staff a refund that failed, a chargeback, and money in suspense."""
    client, _, booking, _ = await paid(served, "tok_refund_fail")
    await client.post(f"/bookings/{booking}/cancel", {"reason": "It is not needed any more."}, expect=200)
    client, worker, booking, payment = await paid(served)
    await earned(client, worker, booking)
    await happen(operator, payment, "chargeback")
    client, _, booking = await a_booking(served)
    asked = (await client.post("/payments/intent", {"bookingId": booking}, expect=201)).data["id"]
    await happen(operator, asked, "succeed", amount=7001)
    await served.settled()


async def happen(operator: Client, payment: str, event: str, **more: Any) -> None:
    """Have something happen at the sandbox's bank."""
    await operator.post("/sandbox/payments", {"paymentId": payment, "event": event, **more}, expect=200)
