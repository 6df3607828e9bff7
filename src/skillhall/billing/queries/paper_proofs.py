"""What must never be found among papers, and their figures."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check, Gauge

GAPS = sql("""
SELECT s.name, s.year, s.last, count(i.id) AS papers, max(i.place) AS highest
FROM billing.series s LEFT JOIN billing.invoice i ON i.series = s.name AND i.year = s.year
GROUP BY s.name, s.year HAVING count(i.id) <> s.last OR coalesce(max(i.place), 0) <> s.last OR coalesce(min(i.place), 1) <> 1
""")
# Later numbers were issued later.
BACKWARDS = sql("""
SELECT * FROM (
    SELECT i.number, i.issued_at, lag(i.issued_at) OVER (PARTITION BY i.series, i.year ORDER BY i.place) AS before FROM billing.invoice i) n
WHERE n.issued_at < n.before
""")
# The columns, the lines and the number say the same.
MISPRINTED = sql("""
SELECT i.number FROM billing.invoice i
CROSS JOIN LATERAL (
    SELECT coalesce(sum((line ->> 'net')::bigint), 0) AS net, coalesce(sum((line ->> 'tax')::bigint), 0) AS tax
    FROM jsonb_array_elements(i.paper -> 'lines') line) l
WHERE i.paper ->> 'number' <> i.number OR (i.net, i.tax) IS DISTINCT FROM (l.net, l.tax)
   OR (i.net, i.tax, i.asset) IS DISTINCT FROM ((i.paper ->> 'net')::bigint, (i.paper ->> 'tax')::bigint, i.paper ->> 'currency')
""")
OVERCREDITED = sql("""
SELECT i.number, i.net + i.tax AS total, sum(c.net + c.tax) AS credited
FROM billing.invoice c JOIN billing.invoice i ON i.id = c.corrects
GROUP BY i.id
HAVING sum(c.net) NOT BETWEEN -i.net AND 0 OR sum(c.tax) NOT BETWEEN -i.tax AND 0
    OR bool_or(c.asset <> i.asset OR c.account_id <> i.account_id)
""")
OVERCHARGED = sql("""
SELECT i.number FROM billing.invoice i JOIN billing.settlement s ON s.id = i.source_id AND i.series = 'FEE' WHERE i.net + i.tax <> s.fee
""")
ISSUED = sql("SELECT series, count(*) FROM billing.invoice GROUP BY series")

PAPER_CHECKS = (
    Check(name="billing.numbers_have_no_gap", violations=GAPS),
    Check(name="billing.numbers_rise_with_time", violations=BACKWARDS),
    Check(name="billing.papers_add_up", violations=MISPRINTED),
    Check(name="billing.no_more_is_credited_than_invoiced", violations=OVERCREDITED),
    Check(name="billing.fees_are_invoiced_as_kept", violations=OVERCHARGED),
)
PAPER_GAUGES = (Gauge(name="skillhall_invoices", help="Invoices, receipts, fee invoices and credit notes issued", value=ISSUED),)
