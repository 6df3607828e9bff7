"""What books and statements say of the same things.

A thing is a payment with all that came back of it, a payout, money in suspense, or a line that is unknown here.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import provider_sums, provider_totals, provider_touched
from skillhall.payments.model.reconciling import MOVEMENT, Difference, Findings, Line, Sums, cause_of, fee_to_book, totals
from skillhall.payments.model.rules import PaymentRules
from skillhall.payments.ports import account_of

ABOUT_OF_LINE = sql("""
SELECT about_kind, about_id FROM (
    SELECT 1 AS place, 'payment' AS about_kind, p.id AS about_id FROM payments.payment p
    WHERE p.provider = $1 AND (p.id = $2 OR p.ref = nullif($3, ''))
    UNION ALL SELECT 2, 'payment', r.payment_id FROM payments.refund r WHERE r.provider = $1 AND (r.id = $2 OR r.ref = nullif($3, ''))
    UNION ALL SELECT 3, 'payment', c.payment_id FROM payments.chargeback c WHERE c.provider = $1 AND (c.id = $2 OR c.ref = nullif($3, ''))
    UNION ALL SELECT 4, 'payout', o.id FROM payments.payout o WHERE o.provider = $1 AND (o.id = $2 OR o.ref = nullif($3, ''))
    UNION ALL SELECT 5, CASE WHEN s.payment_id IS NULL THEN 'suspense' ELSE 'payment' END, coalesce(s.payment_id, s.id)
    FROM payments.suspense s WHERE s.provider = $1 AND (s.id = $2 OR s.ref = nullif($3, ''))
) found ORDER BY place LIMIT 1
""")
ABOUT_OF_SUBJECTS = sql("""
SELECT p.id AS subject_id, 'payment' AS about_kind, p.id AS about_id FROM payments.payment p WHERE p.id = ANY($1)
UNION ALL SELECT r.id, 'payment', r.payment_id FROM payments.refund r WHERE r.id = ANY($1)
UNION ALL SELECT c.id, 'payment', c.payment_id FROM payments.chargeback c WHERE c.id = ANY($1)
UNION ALL SELECT s.id, CASE WHEN s.payment_id IS NULL THEN 'suspense' ELSE 'payment' END, coalesce(s.payment_id, s.id)
    FROM payments.suspense s WHERE s.id = ANY($1)
UNION ALL SELECT o.id, 'payout', o.id FROM payments.payout o WHERE o.id = ANY($1)
UNION ALL SELECT m.id, 'movement', m.id FROM payments.movement m WHERE m.id = ANY($1)
UNION ALL SELECT i.hold_id, 'payment', i.id FROM payments.payment i WHERE i.origin = 'import' AND i.hold_id = ANY($1)
""")
SUBJECTS_OF_PAYMENTS = sql("""
SELECT r.id AS subject_id FROM payments.refund r WHERE r.payment_id = ANY($1)
UNION ALL SELECT c.id FROM payments.chargeback c WHERE c.payment_id = ANY($1)
UNION ALL SELECT s.id FROM payments.suspense s WHERE s.payment_id = ANY($1)
UNION ALL SELECT i.hold_id FROM payments.payment i WHERE i.id = ANY($1) AND i.origin = 'import' AND i.hold_id IS NOT NULL
""")
IMPORTED = sql("SELECT id FROM payments.payment WHERE id = ANY($1) AND origin = 'import'")
STATED = sql("""
SELECT about_id, asset, count(*)::int AS lines, sum(CASE kind WHEN 'fee' THEN 0 ELSE amount END)::bigint AS gross,
    sum(fee - CASE kind WHEN 'fee' THEN amount ELSE 0 END)::bigint AS fee
FROM payments.movement WHERE provider = $1 AND about_id = ANY($2) GROUP BY about_id, asset
""")
STATED_TOTALS = sql("SELECT asset, sum(amount - fee)::bigint AS amount FROM payments.movement WHERE provider = $1 GROUP BY asset")
LINES_OF = sql("""
SELECT DISTINCT about_kind, about_id FROM payments.movement
WHERE provider = $1 AND about_id IS NOT NULL AND (at >= $2 OR at >= $3 AND at < $4)
UNION SELECT about_kind, about_id FROM payments.difference WHERE provider = $1 AND closed_at IS NULL
""")
NOT_APPLIED = sql("SELECT id, amount - fee AS amount, asset, error FROM payments.movement WHERE provider = $1 AND about_id IS NULL")
THINGS_OF_DAY = sql("""
SELECT DISTINCT about_kind, about_id FROM payments.movement WHERE provider = $1 AND about_id IS NOT NULL AND at >= $2 AND at < $3
""")
LOOKED_UNTIL = sql("SELECT max(started_at) FROM payments.reconciliation WHERE provider = $1 AND state = 'done' AND id <> $2")
LAST_DAY = sql("SELECT max(day) FROM payments.reconciliation WHERE provider = $1 AND (state = 'done' OR id = $2)")
EVER = datetime(1970, 1, 1, tzinfo=UTC)
Both = dict[tuple[UUID, str], Sums]


async def about_of(read: Read, line: Line) -> Subject | None:
    """Return what a line of a statement is about, by our id in it or by the provider's name."""
    row = await read.row(ABOUT_OF_LINE, line.provider, line.our_id, line.ref)
    return None if row is None else Subject(row["about_kind"], row["about_id"])


async def both_sides(read: Read, provider: str, things: Sequence[Subject]) -> tuple[Both, Both]:
    """Return what the books say, and what the statements say, by thing and currency."""
    about_ids = [about.id for about in things]
    inner = await read.rows(SUBJECTS_OF_PAYMENTS, [about.id for about in things if about.kind == "payment"])
    subject_ids = [*about_ids, *(row["subject_id"] for row in inner)]
    belongs = await _belongs(read, subject_ids)
    booked: Both = {}
    for one in await provider_sums(read, account_of(provider), subject_ids):
        key = (belongs.get(one.subject_id, Subject("", one.subject_id)).id, one.asset)
        so_far = booked.get(key, Sums())
        booked[key] = Sums(
            gross=so_far.gross + one.gross, fee=so_far.fee + one.fee, lines=1, last_at=max(one.last_at, so_far.last_at or one.last_at),
            adopted=so_far.adopted + one.adopted,
        )  # fmt: skip
    stated = {
        (row["about_id"], row["asset"]): Sums(gross=row["gross"], fee=row["fee"], lines=row["lines"])
        for row in await read.rows(STATED, provider, about_ids)
    }
    return booked, stated


async def with_fees(read: Read, provider: str, day: date) -> list[Subject]:
    """Return what the statement of a day is about, as far as the provider kept something else of it than we know of."""
    rows = await read.rows(THINGS_OF_DAY, provider, _midnight(day), _midnight(day) + timedelta(days=1))
    things = {row["about_id"]: Subject(row["about_kind"], row["about_id"]) for row in rows}
    booked, stated = await both_sides(read, provider, list(things.values()))
    return list({things[key[0]]: None for key, said in stated.items() if fee_to_book(booked.get(key, Sums()), said)})


async def compare(read: Read, provider: str, day: date, reconciliation_id: UUID) -> Findings:
    """Return where books and statements of a provider differ now. `read` sees one moment.

    Looked at is what either side has moved since the comparison before, or on this day, and what differed then.
    """
    rules = read.setting(PaymentRules)
    margin = timedelta(days=rules.transit_days)
    looked: datetime | None = await read.value(LOOKED_UNTIL, provider, reconciliation_id)
    since = EVER if looked is None else looked - margin - timedelta(days=1)
    things = await _things(read, provider, since, day)
    booked, stated = await both_sides(read, provider, things)
    last_day: date = await read.value(LAST_DAY, provider, reconciliation_id)
    covered = min(read.wall, _midnight(last_day) + timedelta(days=1)) - margin
    imported = {row["id"] for row in await read.rows(IMPORTED, [about.id for about in things])}
    kinds = {about.id: about for about in things}
    differences: list[Difference] = []
    for key in {**booked, **stated}:
        has, said = booked.get(key, Sums()), stated.get(key, Sums())
        if has.net != said.net:
            cause = cause_of(has, said, covered, is_imported=key[0] in imported)
            differences.append(Difference(about=kinds[key[0]], asset=key[1], cause=cause, booked=has.net, stated=said.net))
    failed = await read.rows(NOT_APPLIED, provider)
    differences += [
        Difference(
            about=Subject(MOVEMENT, row["id"]), asset=row["asset"], cause="failed", booked=0, stated=row["amount"], note=row["error"]
        )
        for row in failed
    ]
    said_in_all = {row["asset"]: row["amount"] for row in await read.rows(STATED_TOTALS, provider)}
    found = totals(await provider_totals(read, account_of(provider)), said_in_all, differences)
    compared = [(about, total.currency) for about in things for total in found]
    return Findings(compared=compared, differences=differences, totals=found)


async def _things(read: Read, provider: str, since: datetime, day: date) -> list[Subject]:
    begins = _midnight(day)
    rows = await read.rows(LINES_OF, provider, since, begins, begins + timedelta(days=1))
    touched = await provider_touched(read, account_of(provider), since)
    belongs = await _belongs(read, touched)
    found = {row["about_id"]: Subject(row["about_kind"], row["about_id"]) for row in rows}
    for subject_id in touched:
        about = belongs.get(subject_id, Subject("elsewhere", subject_id))
        found.setdefault(about.id, about)
    return list(found.values())


async def _belongs(read: Read, subject_ids: Iterable[UUID]) -> dict[UUID, Subject]:
    """Return to which thing each subject of a transfer belongs."""
    rows = await read.rows(ABOUT_OF_SUBJECTS, list(subject_ids))
    return {row["subject_id"]: Subject(row["about_kind"], row["about_id"]) for row in rows}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
