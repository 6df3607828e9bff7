-- Where invoices go and where their buyer is taxed. What was printed is copied: a later change alters no paper.
CREATE TABLE billing.address (
    account_id uuid PRIMARY KEY REFERENCES identity.account (id),
    name text NOT NULL,
    lines text[] NOT NULL CHECK (cardinality(lines) BETWEEN 1 AND 5),
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    tax_id text NOT NULL DEFAULT '',
    version bigint NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL
);

-- What is added to a net price, by the buyer's country, in basis points.
CREATE TABLE billing.tax_rate (
    id uuid PRIMARY KEY,
    country text NOT NULL UNIQUE CHECK (country ~ '^[A-Z]{2}$'),
    name text NOT NULL,
    bp integer NOT NULL CHECK (bp BETWEEN 0 AND 10000),
    spares_businesses boolean NOT NULL DEFAULT false,  -- a buyer with a tax id owes the tax in person (reverse charge)
    updated_at timestamptz NOT NULL
);

-- The last number given away of each series and year: one row, so that numbers have no gaps and rise with time.
CREATE TABLE billing.series (
    name text NOT NULL CHECK (name IN ('INV', 'RCT', 'FEE', 'CRN')),
    year integer NOT NULL,
    last integer NOT NULL DEFAULT 0,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (name, year)
) WITH (fillfactor = 50);

-- A paper as it was issued: never changed, never removed. `source_id` is the payment, refund, chargeback or settlement it is about.
-- `seller_id` is the host a receipt names; without one the community sells. `corrects` is the paper a credit note takes back from, or that is
-- owed again because money given back has returned.
CREATE TABLE billing.invoice (
    id uuid PRIMARY KEY,
    series text NOT NULL,
    year integer NOT NULL,
    place integer NOT NULL,
    account_id uuid NOT NULL REFERENCES identity.account (id),
    seller_id uuid REFERENCES identity.account (id),
    payment_id uuid,
    hold_id uuid,
    source_id uuid NOT NULL,
    corrects uuid REFERENCES billing.invoice (id),
    purpose text NOT NULL,
    title text NOT NULL,
    net bigint NOT NULL,
    tax bigint NOT NULL,
    asset text NOT NULL CHECK (asset ~ '^[A-Z]{3}$'),
    paper jsonb NOT NULL,
    issued_at timestamptz NOT NULL,
    number text GENERATED ALWAYS AS (series || '-' || year::text || '-' || lpad(place::text, greatest(6, length(place::text)), '0')) STORED,
    UNIQUE (series, year, place),
    UNIQUE (series, source_id),
    FOREIGN KEY (series, year) REFERENCES billing.series (name, year),
    CHECK (series <> 'CRN' OR corrects IS NOT NULL),
    CHECK (CASE WHEN series = 'CRN' THEN net <= 0 AND tax <= 0 ELSE net >= 0 AND tax >= 0 END)
);
CREATE UNIQUE INDEX invoice_number ON billing.invoice (number);
CREATE INDEX invoice_of_account ON billing.invoice (account_id, issued_at, id);
CREATE INDEX invoice_of_payment ON billing.invoice (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX invoice_of_hold ON billing.invoice (hold_id) WHERE hold_id IS NOT NULL;
CREATE INDEX invoice_corrected ON billing.invoice (corrects) WHERE corrects IS NOT NULL;
CREATE INDEX invoice_by_time ON billing.invoice (issued_at, id);

CREATE FUNCTION billing.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a paper stays as it was issued: % on %.%', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME;
END $$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.invoice FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change();

-- Work paid for in money, as each payment for it was settled (below zero: taken back): what the fee is invoiced by and sellers are reported by.
CREATE TABLE billing.settlement (
    id uuid PRIMARY KEY,
    host_id uuid NOT NULL,
    hold_id uuid NOT NULL,
    title text NOT NULL,
    gross bigint NOT NULL,
    fee bigint NOT NULL,
    asset text NOT NULL CHECK (asset ~ '^[A-Z]{3}$'),
    at timestamptz NOT NULL,
    CHECK (CASE WHEN gross < 0 THEN fee BETWEEN gross AND 0 ELSE fee BETWEEN 0 AND gross END)
);
CREATE INDEX settlement_of_host ON billing.settlement (host_id, at);
CREATE INDEX settlement_by_time ON billing.settlement (at);
CREATE INDEX settlement_of_hold ON billing.settlement (hold_id);
