"""What must never be found in the books, and their figures."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.module import Check, Gauge
from skillhall.ledger.model.refusals import ModeNotEmpty
from skillhall.ledger.model.transfer import LedgerRules

UNBALANCED = sql("""
    SELECT e.transfer_seq, a.asset, sum(e.amount) AS sum FROM ledger.entry e JOIN ledger.account a ON a.id = e.account_id
    GROUP BY e.transfer_seq, a.asset HAVING sum(e.amount) <> 0
""")
ORPHANS = sql("""
    SELECT 'transfer without entries' AS what, t.seq AS id FROM ledger.transfer t
    WHERE NOT EXISTS (SELECT FROM ledger.entry e WHERE e.transfer_seq = t.seq)
    UNION ALL SELECT 'entry without transfer', e.transfer_seq FROM ledger.entry e
    WHERE NOT EXISTS (SELECT FROM ledger.transfer t WHERE t.seq = e.transfer_seq)
    UNION ALL SELECT 'entry without account', e.transfer_seq FROM ledger.entry e
    WHERE NOT EXISTS (SELECT FROM ledger.account a WHERE a.id = e.account_id)
    UNION ALL SELECT 'entry without hold', e.transfer_seq FROM ledger.entry e
    WHERE e.hold_id IS NOT NULL AND NOT EXISTS (SELECT FROM ledger.hold h WHERE h.id = e.hold_id)
    UNION ALL SELECT 'hold without transfer', h.opened_seq FROM ledger.hold h
    WHERE NOT EXISTS (SELECT FROM ledger.transfer t WHERE t.seq = h.opened_seq)
""")
WRONG_BALANCES = sql("""
    WITH summed AS (SELECT account_id, sum(amount) AS amount, count(*) AS entries FROM ledger.entry GROUP BY account_id)
    SELECT a.id AS account_id, a.kind, b.amount AS stored, s.amount AS summed, b.entries AS stored_entries, s.entries
    FROM ledger.account a FULL JOIN ledger.balance b ON b.account_id = a.id LEFT JOIN summed s ON s.account_id = a.id
    WHERE a.id IS NULL OR (b.account_id IS NULL) <> (a.owner = '00000000-0000-0000-0000-000000000000')
       OR b.amount <> coalesce(s.amount, 0) OR b.entries <> coalesce(s.entries, 0) OR b.debt <> (a.kind = 'debt')
       OR CASE WHEN b.debt THEN b.amount > 0 ELSE b.amount < 0 END
""")
WRONG_HOLDS = sql("""
    WITH moved AS (
        SELECT hold_id, account_id, sum(amount) AS remaining, sum(amount) FILTER (WHERE amount > 0) AS opened
        FROM ledger.entry WHERE hold_id IS NOT NULL GROUP BY hold_id, account_id
    )
    SELECT h.id AS hold_id, h.amount, m.opened, h.remaining, m.remaining AS left_in_entries, h.granted, h.frozen_by
    FROM ledger.hold h LEFT JOIN moved m ON m.hold_id = h.id AND m.account_id = h.account_id
    WHERE h.amount IS DISTINCT FROM m.opened OR h.remaining IS DISTINCT FROM m.remaining
       OR h.granted NOT BETWEEN 0 AND h.remaining OR (h.frozen_by IS NOT NULL AND h.remaining = 0)
""")
HELD_WITHOUT_HOLD = sql("""
    WITH open AS (SELECT account_id, sum(remaining) AS remaining FROM ledger.hold GROUP BY account_id)
    SELECT a.id AS account_id, a.owner, b.amount AS held, o.remaining
    FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id FULL JOIN open o ON o.account_id = a.id
    WHERE (a.kind = 'held' AND b.amount <> coalesce(o.remaining, 0)) OR (o.account_id IS NOT NULL AND a.kind IS DISTINCT FROM 'held')
""")
HALF_REVERSED = sql("""
    WITH pair AS (
        SELECT r.id, unnest(ARRAY[r.seq, o.seq]) AS seq FROM ledger.transfer r JOIN ledger.transfer o ON o.id = r.reverses
        WHERE r.reverses IS NOT NULL
    )
    SELECT p.id AS reversal, a.owner, a.asset, sum(e.amount) AS left_over
    FROM pair p JOIN ledger.entry e ON e.transfer_seq = p.seq JOIN ledger.account a ON a.id = e.account_id
    GROUP BY p.id, a.owner, a.asset HAVING sum(e.amount) <> 0
""")
CHECKS = (
    Check(name="ledger.transfers_sum_to_zero", violations=UNBALANCED),
    Check(name="ledger.nothing_is_orphaned", violations=ORPHANS),
    Check(name="ledger.balances_equal_their_entries", violations=WRONG_BALANCES),
    Check(name="ledger.holds_equal_their_entries", violations=WRONG_HOLDS),
    Check(name="ledger.what_is_held_has_holds", violations=HELD_WITHOUT_HOLD),
    Check(name="ledger.reversals_mirror_what_they_reverse", violations=HALF_REVERSED),
)

CREDITS = sql("""
    SELECT a.kind, sum(b.amount) FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id WHERE a.asset = 'CREDIT' GROUP BY a.kind
""")
OPEN_HOLDS = sql("""SELECT count(*) FROM ledger.hold WHERE remaining > 0""")
TRANSFERS = sql("""SELECT coalesce(max(seq), 0) FROM ledger.transfer""")
GAUGES = (
    Gauge(name="skillhall_ledger_credits", help="Credits of members, by kind of account", value=CREDITS),
    Gauge(name="skillhall_ledger_open_holds", help="Holds with something left in them", value=OPEN_HOLDS),
    Gauge(name="skillhall_ledger_transfers", help="Highest transfer number given out", value=TRANSFERS),
)

FOREIGN_TO_MODE = sql("""
    SELECT DISTINCT a.kind || ' ' || a.asset AS account
    FROM ledger.account a LEFT JOIN ledger.balance b ON b.account_id = a.id
    WHERE NOT EXISTS (
        SELECT FROM ledger.allowed w WHERE w.mode = $1 AND w.account = split_part(a.kind, ':', 1)
        AND w.unit = CASE a.asset WHEN 'CREDIT' THEN 'credit' ELSE 'money' END)
      AND coalesce(b.amount, (SELECT sum(e.amount) FROM ledger.entry e WHERE e.account_id = a.id)) <> 0
    ORDER BY account
""")


async def check_mode(read: Read) -> None:
    """Refuse the configured mode while accounts it does not have hold something. Called when a process starts."""
    mode = read.setting(LedgerRules).mode
    rows = await read.rows(FOREIGN_TO_MODE, mode)
    if rows:
        raise ModeNotEmpty(mode=mode, accounts=", ".join(row["account"] for row in rows))
