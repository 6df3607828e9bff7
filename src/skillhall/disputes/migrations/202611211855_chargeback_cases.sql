-- A chargeback is a case too, decided by the payer's bank: it is about money that has left already, so its `hold_id` is its own id, and
-- `due_at` is until when the bank hears the payee.
ALTER TABLE disputes.case
    DROP CONSTRAINT case_kind_check,
    ADD CONSTRAINT case_kind_check CHECK (kind IN ('seat', 'milestone', 'booking', 'week', 'chargeback')),
    DROP CONSTRAINT case_check3,
    ADD CONSTRAINT case_check3 CHECK (CASE
        WHEN closed_at IS NOT NULL THEN due_at IS NULL
        WHEN kind = 'chargeback' THEN overdue_at IS NULL
        ELSE (due_at IS NULL) = (overdue_at IS NOT NULL) END);
