"""kill -9 at each point of a charge, a refund and a payout, then a restart: charged once, sent once, booked once."""

from typing import Any

import pytest

from skillhall.kernel import ids
from skillhall.kernel.db.pool import open_connection
from tests.crash.conftest import Mortal
from tests.crash.test_crashes import KILLED, fatal
from tests.journeys.cast import a_key, owned
from tests.support.full import IS_FULL
from tests.support.server import eventually

pytestmark = pytest.mark.slow

CONFIRMS = [f"{point}:confirmPayment#{number}" for number in (1, 2, 3, 4) for point in ("before_commit", "after_commit")]
"""Looked whether it is at the bank; the charge noted; noted that it is sent, then the call; the answer applied."""
OPENS = [f"{point}:openPaymentIntent#{number}" for number in (1, 2, 3) for point in ("before_commit", "after_commit")]
CHARGES = [f"{point}:payments.charge_method#{number}" for number in (1, 2) for point in ("before_commit", "after_commit")]
REFUNDS = [f"{point}:payments.send_refund#{number}" for number in (1, 2) for point in ("before_commit", "after_commit")]
NEWS = ["worker_after_commit:payments.tell_sandbox_news", "before_commit:payments.tell_sandbox_news"]
AGED = """
WITH a AS (UPDATE payments.attempt SET sent_at = sent_at - interval '2 minutes', next_check_at = now() WHERE state IN ('sent', 'unknown'))
UPDATE payments.refund SET asked_at = asked_at - interval '2 hours' WHERE state IN ('sent', 'unknown')
"""
CHARGED = "SELECT count(*) FROM payments.sandbox_charge WHERE payment_id = $1 AND captured > 0"
SENT_BACK = """
SELECT coalesce(sum(r.amount), 0)::int FROM payments.sandbox_refund r JOIN payments.sandbox_charge c ON c.ref = r.charge_ref
WHERE c.payment_id = $1 AND r.state = 'succeeded'
"""
DIFFERS = """
SELECT (SELECT coalesce(sum(amount - fee), 0) FROM payments.sandbox_movement) + coalesce(sum(e.amount), 0)
FROM ledger.entry e JOIN ledger.account a ON a.id = e.account_id WHERE a.kind = 'provider:sandbox'
"""


def ordinary(points: list[str], *chosen: int) -> Any:
    """All points in a full run, else only those chosen: each costs seconds."""
    return pytest.mark.parametrize("failpoint", points if IS_FULL else [points[number] for number in chosen])


async def on_sale(mortal: Mortal) -> str:
    """Return a package of 150 credits."""
    body = {"code": f"pack-{ids.new().hex[-10:]}", "name": "A pack", "credits": 150, "prices": [{"amount": 2499, "currency": "EUR"}]}
    return (await (await mortal.operator()).post("/billing/packages", body, expect=201)).data["id"]


async def minutes_pass(mortal: Mortal) -> None:
    """Let what was sent be old, and a new worker do what is due."""
    connection = await open_connection(mortal.dsn)
    await connection.execute(AGED)
    await connection.close()
    await mortal.restarted_worker()


async def proven(mortal: Mortal, payment: str, *, refunded: int = 0) -> None:
    """The bank has charged once and sent back once, and the books say what it says."""
    assert (await mortal.value(CHARGED, payment), await mortal.value(SENT_BACK, payment)) == (1, refunded)
    assert await mortal.value(DIFFERS) == 0


@ordinary([*OPENS, *CONFIRMS], 11)
@pytest.mark.full
async def test_a_server_dies_while_a_package_is_paid(mortal: Mortal, failpoint: str) -> None:
    package, member = await on_sale(mortal), await mortal.person()
    had, wish = await owned(member), {"packageId": package}
    dying = await mortal.server(failpoint)
    if "openPaymentIntent" in failpoint:
        await fatal(dying, member, "/payments/intent", wish)
    payment = (await member.post("/payments/intent", wish, expect=201)).data
    door, body = f"/payments/{payment['id']}/confirm", {"paymentMethodId": "tok_ok"}
    if "confirmPayment" in failpoint:
        assert payment["status"] == "created"
        await fatal(dying, member, door, body)
    await minutes_pass(mortal)
    again = await member.post(door, body, key=a_key())
    if again.status == 409:  # the first call has no answer yet: it is asked after, and nothing is charged meanwhile
        await minutes_pass(mortal)
        again = await member.post(door, body, expect=200, key=a_key())
    assert again.data["status"] == "succeeded"
    await mortal.restarted_worker()
    assert await owned(member) == had + 150
    assert await mortal.value("SELECT count(*) FROM payments.payment WHERE payer_id = $1", member.account_id) == 1
    await proven(mortal, payment["id"])


@ordinary([*CHARGES, *REFUNDS, *NEWS], 2)
async def test_a_worker_dies_while_it_charges_or_sends_back(mortal: Mortal, failpoint: str) -> None:
    package, member = await on_sale(mortal), await mortal.person()
    had = await owned(member)
    card = (await member.post("/payments/methods", {"token": "tok_ok"}, expect=201, key=a_key())).data["id"]
    body = {"packageId": package, "paymentMethodId": card}
    bought = (await member.post("/billing/purchase", body, expect=201, key=a_key())).data["payment"]["id"]
    if "send_refund" not in failpoint:
        assert await (await mortal.worker(failpoint)).ended() == KILLED
    await minutes_pass(mortal)

    async def status() -> str:
        return (await member.get(f"/payments/{bought}")).data["status"]

    await eventually(status, "succeeded")
    assert await owned(member) == had + 150
    await proven(mortal, bought)
    asked = await member.post(f"/payments/{bought}/refund", {}, expect=201, key=a_key())
    if "send_refund" in failpoint:
        assert await (await mortal.worker(failpoint)).ended() == KILLED
    await minutes_pass(mortal)
    await eventually(status, "refunded")
    assert asked.data["amount"]["amount"] == 2499
    assert await owned(member) == had
    await proven(mortal, bought, refunded=2499)
