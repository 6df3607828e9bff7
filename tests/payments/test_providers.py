"""Which parties a process has, what the doctor says of them, and that our fake of Stripe speaks as Stripe's library expects."""

import subprocess
import sys
from typing import Any, cast

import pytest
import stripe

from skillhall.deploy.doctor import payments as examined
from skillhall.kernel import ids
from skillhall.kernel.config import Config
from skillhall.kernel.db.runner import Runner
from skillhall.payments.outside import paypal_wire, razorpay_wire
from skillhall.payments.outside import stripe_wire as wire
from skillhall.payments.outside.paypal import PayPal
from skillhall.payments.outside.providers import make_providers
from skillhall.payments.outside.razorpay import Razorpay
from skillhall.payments.outside.stripe import Stripe
from skillhall.payments.ports import Order, PayoutOrder
from tests.support.fake_stripe import FakeStripe

NOBODY = cast("Runner", None)
QUIET = """
import sys
from skillhall.deploy.modules import ALL
from skillhall.kernel.config import Config
from skillhall.payments.outside import stripe_wire as wire
from skillhall.payments.outside.providers import make_providers
make_providers(Config(mode="sandbox"), None)
print({"stripe", "skillhall.payments.outside.razorpay", "skillhall.payments.outside.paypal"} & set(sys.modules))
"""


def names(**settings: Any) -> list[str]:
    return list(make_providers(Config(**settings), NOBODY).by_name)


def test_the_default_comes_first():
    assert names() == []
    assert names(mode="sandbox") == ["sandbox"]
    both = {"stripe_secret_key": "sk_x", "paypal_client_id": "x"}
    assert names(**both) == ["stripe", "paypal"]
    assert names(mode="sandbox", payment_provider="paypal", **both) == ["paypal", "sandbox", "stripe"]


def test_what_is_not_configured_is_not_loaded():
    done = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_doctor_says_what_a_party_lacks():
    def said(**settings: Any) -> list[tuple[str, str]]:
        return [(finding.outcome, finding.said) for finding in examined(Config(**settings))]

    assert said(mode="sandbox") == []
    assert said() == [("ok", "no party is configured: nobody pays with money")]
    assert said(stripe_secret_key="x", stripe_webhook_secret="y", payment_provider="stripe") == [("ok", "stripe")]
    assert said(paypal_client_id="x")[0][0] == "warning"
    assert ("fault", "razorpay is the default and not configured") in said(payment_provider="razorpay")


@pytest.mark.filterwarnings("ignore::aiohttp.web_exceptions.NotAppKeyWarning")
def test_the_fake_and_what_we_read_are_of_the_librarys_types():
    fake = FakeStripe()
    intent = fake.add(
        "payment_intent", "pi_", amount=2499, currency="usd", metadata={}, payment_method="pm_card_visa", capture_method="automatic"
    )
    fake.take(intent)
    dispute = fake.dispute(intent, 100)
    refund = fake.give_back(intent, 100, {})
    transfer = fake.add("transfer", "tr_", amount=1, currency="usd", destination="acct_ok", reversed=False, transfer_group="x", metadata={})
    kinds = (
        (intent, stripe.PaymentIntent), (intent["latest_charge"], stripe.Charge), (dispute, stripe.Dispute), (refund, stripe.Refund),
        (transfer, stripe.Transfer), (fake.lines[0], stripe.BalanceTransaction),
    )  # fmt: skip
    for thing, kind in kinds:
        ours = set(thing) - {"livemode"} if kind is stripe.Refund else set(thing)
        assert ours - set(kind.__annotations__) == set(), kind.__name__
    read = (
        (wire.Intent, stripe.PaymentIntent), (wire.Charge, stripe.Charge), (wire.Dispute, stripe.Dispute), (wire.Refund, stripe.Refund),
        (wire.Transfer, stripe.Transfer), (wire.Balance, stripe.BalanceTransaction), (wire.Method, stripe.PaymentMethod),
        (wire.Setup, stripe.SetupIntent), (wire.Details, stripe.Charge.PaymentMethodDetails),
    )  # fmt: skip
    for kind, theirs in read:
        assert set(kind.__struct_fields__) - set(theirs.__annotations__) == set(), kind.__name__


def test_razorpay_sends_back_what_was_only_authorized_and_that_is_no_payment():
    order = razorpay_wire.Order(id="order_1", amount=2499, currency="INR", status="attempted", created_at=1)
    facts: dict[str, Any] = {"id": "pay_1", "amount": 2499, "currency": "INR", "created_at": 2, "order_id": "order_1", "fee": 50}
    for status, captured, state in (("captured", True, "succeeded"), ("refunded", True, "succeeded"), ("refunded", False, "failed")):
        payment = razorpay_wire.Payment(**facts, status=status, captured=captured)
        told = razorpay_wire.ordered(order, [payment])
        assert (told.state, told.captured, len(razorpay_wire.movements(payment))) == (
            (state, 2499, 1) if state == "succeeded" else (state, 0, 0)
        )


async def test_an_amount_is_charged_as_it_is_or_not_at_all():
    config = Config(mode="sandbox", stripe_secret_key="x", razorpay_key_id="x", paypal_client_id="x")
    parties = (Stripe(config), Razorpay(config), PayPal(config))
    steps = {asset: tuple(party.step(asset) for party in parties) for asset in ("EUR", "JPY", "HUF", "TWD", "KWD", "MGA", "ISK")}
    assert steps == {
        "EUR": (1, 1, 1), "JPY": (1, 1, 1), "ISK": (1, 1, 1), "HUF": (1, 1, 100), "TWD": (1, 1, 100), "KWD": (10, 10, 1),
        "MGA": (100, 1, 1),
    }  # fmt: skip
    assert [paypal_wire.read(paypal_wire.written(1_234_00, asset)) for asset in ("HUF", "JPY", "EUR")] == [1_234_00] * 3
    order = Order(key=ids.new(), payment_id=ids.new(), amount=1_234_56, asset="HUF", title="x", return_url="")
    refused = await parties[2].create(order)
    assert (refused.state, refused.failure) == ("failed", "amount_not_whole")
    out = PayoutOrder(key=ids.new(), amount=1_234_56, asset="HUF", kind="paypal", destination="a@example.org")
    assert (await parties[2].payout(out)).failure == "amount_not_whole"
    for party in parties:
        await party.close()


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("RESOLVED_SELLER_FAVOUR", "won"), ("CANCELED_BY_BUYER", "won"), ("ACCEPTED", "lost"), ("RESOLVED_BUYER_FAVOUR", "lost")],
)
def test_a_claim_that_paypal_accepts_is_lost(outcome: str, state: str):
    money = paypal_wire.Money("USD", "5.00")
    dispute = paypal_wire.Dispute(
        dispute_id="PP-D-1", status="RESOLVED", dispute_amount=money, disputed_transactions=[],
        dispute_outcome=paypal_wire.Outcome(outcome),
    )  # fmt: skip
    assert paypal_wire.disputed(dispute, paypal_wire.Capture(id="1", status="COMPLETED", amount=money)).state == state
