-- Every entry with what it is part of, for the figures of the contexts above. The platform's owner is the nil UUID.
CREATE VIEW ledger.staff_entry AS
SELECT t.id AS transfer_id, t.kind AS transfer_kind, t.subject_kind, t.subject_id, t.at, a.owner, a.kind AS account, a.asset, e.amount, e.hold_id
FROM ledger.entry e JOIN ledger.transfer t ON t.seq = e.transfer_seq JOIN ledger.account a ON a.id = e.account_id;
