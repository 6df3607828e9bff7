"""What a member pays a subscription with at the provider is what its renewals are charged to."""

from datetime import timedelta

from skillhall.kernel.shapes import Subject
from skillhall.payments.api import pay_at_sandbox
from tests.billing.shopping import Counter
from tests.support.hall import TestHall

RENEWAL = "SELECT renewal_id FROM billing.subscription WHERE account_id = $1 AND ended_at IS NULL"
DEFAULT = "SELECT id, last4 FROM payments.method WHERE account_id = $1 AND is_default"
LATEST = "SELECT p.method_id, p.keeps_method FROM payments.payment p WHERE p.payer_id = $1 ORDER BY p.created_at DESC, p.id DESC LIMIT 1"


async def test_an_overdue_month_paid_with_a_new_card_is_the_last_one_that_fails(hall: TestHall):
    counter = await Counter(hall).opened()
    who = await counter.buyer()
    await counter.bought(who, plan_code="pro")
    await counter.card(who, "tok_decline")
    await counter.reach((await counter.sub(who)).current_period_end, past=timedelta(hours=1))
    renewal = Subject("renewal", await hall.pool.fetchval(RENEWAL, who.account_id))
    paid = await pay_at_sandbox(hall.runner, who.account_id, "subscription", renewal, "tok_refund_slow")
    assert paid.status == "succeeded"
    await hall.drain()
    kept = await hall.pool.fetchrow(DEFAULT, who.account_id)
    assert kept is not None
    assert kept["last4"] == "7726"
    sub = await counter.sub(who)
    assert sub.status == "active"
    await counter.reach(sub.current_period_end, past=timedelta(hours=1))
    assert (await counter.sub(who)).status == "active"
    charged = await hall.pool.fetchrow(LATEST, who.account_id)
    assert charged is not None
    assert (charged["method_id"], charged["keeps_method"]) == (kept["id"], False)
    await hall.verify()
