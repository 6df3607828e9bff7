"""What is bought and paid: packages of credits, buyers with a card at the sandbox's bank, and payments of which the bank will tell."""

from datetime import datetime
from typing import Final

import asyncpg
import msgspec

from bench.world import ACTIVE, World, id_of
from skillhall.payments.quote import QuoteLine

PACKAGE, PURCHASE, PAYMENT, CARD = range(17, 21)
PAID, CREDITS, FEE, ASSET, TITLE = 2499, 150, 102, "EUR", "150 credits"
LINES: Final = (QuoteLine(text=TITLE, quantity=1, net=PAID),)
# $1 how many, $2 now, $3 credits, $4 price. Of one package a buyer has one open purchase: the next thousand buys the next package.
PACKAGES = """
INSERT INTO billing.package (id, code, name, description, credits, prices, position, created_at, updated_at)
SELECT bench.id(17, n), 'pack-' || n, 'A pack', '', $3, $4, n, $2, $2 FROM generate_series(0, $1::int - 1) n
"""
# $1 how many, $2 now, $3 the first buyer, $4 buyers, $5 title, $6 price, $7 currency, $8 lines, $9 credits
PURCHASES = """
INSERT INTO billing.purchase (id, account_id, purpose, kind, asked_kind, asked_id, title, amount, tax, asset, lines, credits, state,
    created_at, expires_at)
SELECT bench.id(18, n), bench.id(1, $3::int + n % $4::int), 'credits', 'package', 'package', bench.id(17, 1 + n / $4::int), $5, $6, 0, $7,
    $8, $9, 'open', $2, $2::timestamptz + interval '1 day'
FROM generate_series(0, $1::int - 1) n
"""
PAYMENTS = """
INSERT INTO payments.payment (id, payer_id, purpose, asked_kind, asked_id, subject_kind, subject_id, title, amount, asset, fee, lines,
    provider, ref, client_secret, is_off_session, state, created_at, updated_at, expires_at)
SELECT bench.id(19, n), p.account_id, p.purpose, p.asked_kind, p.asked_id, 'purchase', p.id, p.title, p.amount, p.asset, 0, p.lines,
    'sandbox', 'bench_' || n, 'a secret', false, 'created', p.created_at, p.created_at, p.expires_at
FROM generate_series(0, $1::int - 1) n JOIN billing.purchase p ON p.id = bench.id(18, n)
"""
ATTEMPTS = """
INSERT INTO payments.attempt (id, payment_id, verb, state, is_charging, sent_at, answered_at)
SELECT gen_random_uuid(), id, 'create', 'succeeded', false, created_at, created_at FROM payments.payment
"""
CUSTOMERS = """
INSERT INTO payments.customer (account_id, provider, ref)
SELECT bench.id(1, $2::int + n), 'sandbox', 'sbx_cu_' || n FROM generate_series(0, $1::int - 1) n
"""
CARDS = """
INSERT INTO payments.method (id, account_id, provider, token, kind, brand, last4, exp_month, exp_year, is_default, created_at)
SELECT bench.id(20, n), bench.id(1, $2::int + n), 'sandbox', 'sbx_pm_' || n, 'card', 'visa', '4242', 12, 2040, true, $3
FROM generate_series(0, $1::int - 1) n
"""
KNOWN_CARDS = "INSERT INTO payments.sandbox_method (token, customer, behaves) SELECT token, 'sbx_cu', 'tok_ok' FROM payments.method"


async def open_till(connection: asyncpg.Connection, world: World, now: datetime) -> None:
    """Load the packages, a card for each buyer, and as many open payments as the bank is to tell of."""
    first = world.learner(0)
    await connection.execute(PACKAGES, 2 + world.due // ACTIVE, now, CREDITS, {ASSET: PAID})
    await connection.execute(CUSTOMERS, ACTIVE, first)
    await connection.execute(CARDS, ACTIVE, first, now)
    await connection.execute(KNOWN_CARDS)
    sold = (TITLE, PAID, ASSET, msgspec.to_builtins(LINES), CREDITS)
    await connection.execute(PURCHASES, world.due, now, first, ACTIVE, *sold)
    await connection.execute(PAYMENTS, world.due)
    await connection.execute(ATTEMPTS)


def ref_of(number: int) -> str:
    """Return the bank's name of the `number`-th open payment."""
    return f"bench_{number}"


def card_of(number: int) -> str:
    """Return the stored method of the `number`-th buyer."""
    return str(id_of(CARD, number % ACTIVE))
