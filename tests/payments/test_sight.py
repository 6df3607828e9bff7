"""Who sees what of a payment: why a card was declined is between its payer and the house."""

from collections.abc import AsyncGenerator

import pytest

from skillhall.kernel.http.gate import PermissionMissing
from skillhall.kernel.shapes import ListQuery
from skillhall.payments.commands.apply import apply_payment
from skillhall.payments.commands.personal_data import PaymentData
from skillhall.payments.model.refusals import PaymentNotFound
from skillhall.payments.ports import PaymentFacts
from skillhall.payments.queries.payments import PaymentQuery, StatisticsQuery, payments_page, statistics
from skillhall.payments.queries.refunds import refunds_of
from skillhall.payments.queries.views import payment_view
from tests.payments.shop import USD, Till, open_till
from tests.support.hall import TestHall

CODED = "UPDATE payments.payment SET coupon_code = 'SPRING' WHERE id = $1"


@pytest.fixture
async def till(hall: TestHall) -> AsyncGenerator[Till]:
    async with open_till(hall) as opened:
        yield opened


async def test_the_payee_sees_what_brought_money_and_nothing_of_the_payers_card(till: Till) -> None:
    payee = await till.person()
    payer, payment = await till.opened("booking", payee=payee)
    await till.hall.pool.execute(CODED, payment.id)
    declined = PaymentFacts(ref=f"ch_{payment.id.hex}", state="failed", payment_id=payment.id, asset=USD, failure="card_declined")
    await till.hall.work(apply_payment, "sandbox", declined)
    read = await till.hall.read()
    for by in (payer, till.staff):
        view = await payment_view(read, payment.id, by)
        assert (view.status, view.failure, view.coupon_code) == ("failed", "card_declined", "SPRING")
        (listed,) = (await payments_page(read, by, PaymentQuery())).items
        assert (listed.failure, listed.coupon_code) == ("card_declined", "SPRING")
    with pytest.raises(PaymentNotFound):
        await payment_view(read, payment.id, payee)
    with pytest.raises(PaymentNotFound):
        await refunds_of(read, payee, payment.id, ListQuery())
    for query in (PaymentQuery(), PaymentQuery(role="payee")):
        assert not (await payments_page(read, payee, query)).items
    assert (await statistics(read, payee, StatisticsQuery())).total_payments == 0
    everybodys = StatisticsQuery(scope="platform")
    assert (await statistics(read, till.staff, everybodys)).total_payments == 1
    assert (await statistics(read, till.staff, StatisticsQuery())).total_payments == 0
    with pytest.raises(PermissionMissing):
        await statistics(read, payee, everybodys)
    assert (await PaymentData().export(read, payee.account_id))["payments"] == []
    await till.come(payment)
    read = await till.hall.read()
    (listed,) = (await payments_page(read, payee, PaymentQuery(role="payee"))).items
    for view in (listed, await payment_view(read, payment.id, payee)):
        assert (view.status, view.failure, view.coupon_code) == ("succeeded", None, None)
    assert (await payment_view(read, payment.id, payer)).coupon_code == "SPRING"
    (taken,) = (await PaymentData().export(read, payee.account_id))["payments"]  # pyright: ignore[reportGeneralTypeIssues]
    assert taken["coupon_code"] is None
