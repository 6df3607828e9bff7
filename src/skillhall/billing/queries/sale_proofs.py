"""What must hold about what is sold; each statement selects the rows that break it."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check, Gauge

COUPON_MISCOUNTED = sql("""
SELECT c.id, c.code, c.taken, count(u.*) AS uses
FROM billing.coupon c LEFT JOIN billing.coupon_use u ON u.coupon_id = c.id AND u.state <> 'given_back'
GROUP BY c.id HAVING c.taken <> count(u.*)
""")
COUPON_USE_ASTRAY = sql("""
SELECT u.purchase_id, u.state, p.state AS purchase_state, p.revoked_at
FROM billing.coupon_use u JOIN billing.purchase p ON p.id = u.purchase_id
WHERE u.state <> CASE WHEN p.state = 'open' THEN 'reserved' WHEN p.state = 'paid' AND p.revoked_at IS NULL THEN 'used' ELSE 'given_back' END
    AND NOT (u.state = 'given_back' AND EXISTS (  -- the bank gave the price back when somebody else had the last use
        SELECT FROM billing.returned r WHERE r.purchase_id = p.id AND r.why = 'chargeback' AND r.undone_at IS NOT NULL))
""")
USAGE_MISCOUNTED = sql("""
SELECT coalesce(u.account_id, r.account_id) AS account_id, coalesce(u.entitlement, r.entitlement) AS entitlement, u.used, u.reserved,
    r.used AS counted, r.reserved AS kept
FROM billing.usage u FULL JOIN (
    SELECT account_id, entitlement, period_start, coalesce(sum(amount) FILTER (WHERE state = 'used'), 0) AS used,
        coalesce(sum(amount) FILTER (WHERE state = 'reserved'), 0) AS reserved
    FROM billing.reservation GROUP BY account_id, entitlement, period_start) r
    ON r.account_id = u.account_id AND r.entitlement = u.entitlement AND r.period_start = u.period_start
WHERE coalesce(u.used, 0) <> coalesce(r.used, 0) OR coalesce(u.reserved, 0) <> coalesce(r.reserved, 0)
""")
RENEWAL_ASTRAY = sql("""
SELECT s.id AS subscription_id, s.renewal_id, p.id AS purchase_id
FROM billing.subscription s FULL JOIN (SELECT * FROM billing.purchase WHERE kind = 'renewal' AND state = 'open') p ON p.id = s.renewal_id
WHERE s.renewal_id IS NOT NULL AND p.id IS NULL OR p.id IS NOT NULL AND s.id IS DISTINCT FROM p.subscription_id
""")
RETURNED_MISCOUNTED = sql("""
SELECT p.id AS purchase_id, p.money_back, p.credits_back, r.amount, r.credits
FROM billing.purchase p LEFT JOIN (
    SELECT purchase_id, sum(amount) AS amount, sum(credits) AS credits FROM billing.returned WHERE undone_at IS NULL GROUP BY purchase_id) r
    ON r.purchase_id = p.id
WHERE p.money_back <> coalesce(r.amount, 0) OR p.credits_back <> coalesce(r.credits, 0)
""")
BY_PLAN = sql("SELECT terms->>'code', count(*) FROM billing.subscription WHERE ended_at IS NULL GROUP BY 1")
PAST_DUE = sql("SELECT count(*) FROM billing.subscription WHERE state = 'past_due'")
SALE_CHECKS = (
    Check(name="billing.coupons_are_counted", violations=COUPON_MISCOUNTED),
    Check(name="billing.coupons_go_with_their_purchase", violations=COUPON_USE_ASTRAY),
    Check(name="billing.usage_is_counted", violations=USAGE_MISCOUNTED),
    Check(name="billing.every_open_renewal_is_waited_for", violations=RENEWAL_ASTRAY),
    Check(name="billing.what_went_back_is_counted", violations=RETURNED_MISCOUNTED),
)
SALE_GAUGES = (
    Gauge(name="skillhall_subscriptions", help="Live subscriptions, by plan", value=BY_PLAN),
    Gauge(name="skillhall_subscriptions_past_due", help="Subscriptions whose renewal is unpaid", value=PAST_DUE),
)
