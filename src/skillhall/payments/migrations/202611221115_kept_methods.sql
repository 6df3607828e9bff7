-- Whether the provider is asked to keep what this is paid with, for charges without the payer.
ALTER TABLE payments.payment ADD COLUMN keeps_method boolean NOT NULL DEFAULT false;

-- The sandbox bank keeps for `customer` what a charge is paid with; `method` is what it has kept, or was kept before.
ALTER TABLE payments.sandbox_charge ADD COLUMN customer text;
ALTER TABLE payments.sandbox_charge ADD COLUMN method text;
