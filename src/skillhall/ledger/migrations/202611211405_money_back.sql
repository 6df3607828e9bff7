-- A ruling pays the worker and gives the client's part of funded money back to its source in one posting.
INSERT INTO ledger.allowed (mode, kind, unit, account, side)
SELECT mode, 'settle', 'money', 'provider', '+' FROM unnest(ARRAY['voucher', 'per_booking', 'licensed']) mode
ON CONFLICT DO NOTHING;
