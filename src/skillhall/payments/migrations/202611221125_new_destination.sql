-- From when on the destination is paid out to (business time); none for the first one a member ever names.
ALTER TABLE payments.payout_account ADD COLUMN payable_from timestamptz;
