"""What must never be found among the stored rows."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check

TAKEN_TWICE = sql("""
    WITH ordered AS (
        SELECT id, account_id, subject_id, span, max(upper(span)) OVER (
            PARTITION BY account_id ORDER BY lower(span), id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS taken_until
        FROM calendar.entry WHERE firm
    )
    SELECT o.account_id, o.id AS entry_id, o.span::text AS span FROM ordered o
    WHERE lower(o.span) < o.taken_until AND EXISTS (
        SELECT FROM calendar.entry e
        WHERE e.firm AND e.account_id = o.account_id AND e.span && o.span AND e.subject_id <> o.subject_id
    )
""")
ENDLESS = sql("""
    SELECT id AS entry_id, account_id, span::text AS span FROM calendar.entry
    WHERE isempty(span) OR lower_inf(span) OR upper_inf(span) OR NOT isfinite(lower(span)) OR NOT isfinite(upper(span))
        OR NOT span @> tstzrange(starts_at, ends_at)
""")
ORPHANED = sql("""
    SELECT e.id AS entry_id, e.account_id, e.subject_id AS import_id FROM calendar.entry e
    WHERE e.subject_kind = 'import'
        AND (e.firm OR NOT EXISTS (SELECT FROM calendar.import i WHERE i.id = e.subject_id AND i.account_id = e.account_id))
""")
CHECKS = (
    Check(name="calendar.nobody_is_taken_twice", violations=TAKEN_TWICE),
    Check(name="calendar.every_span_is_finite", violations=ENDLESS),
    Check(name="calendar.imported_time_has_its_import", violations=ORPHANED),
)
