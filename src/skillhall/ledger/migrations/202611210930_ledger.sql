CREATE SCHEMA ledger;

-- Between these tables there are no foreign keys: `ledger.post` alone writes them, every posting would pay for the checks, and
-- their locks on the platform's few accounts would meet. `verify` looks for orphans.
CREATE TABLE ledger.account (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner uuid NOT NULL,  -- the platform's is the nil UUID
    kind  text NOT NULL,
    asset text NOT NULL CHECK (asset ~ '^(CREDIT|[A-Z]{3})$'),
    UNIQUE (owner, kind, asset),
    CHECK ((owner = '00000000-0000-0000-0000-000000000000') <> (kind IN ('wallet', 'grant', 'earnings', 'held', 'debt')))
);

-- Members only: platform accounts are appended to and summed, so that nobody waits for them.
CREATE TABLE ledger.balance (
    account_id bigint PRIMARY KEY,
    amount     bigint NOT NULL DEFAULT 0,
    entries    bigint NOT NULL DEFAULT 0,
    debt       boolean NOT NULL,
    CHECK (CASE WHEN debt THEN amount <= 0 ELSE amount >= 0 END)
) WITH (fillfactor = 50);

CREATE TABLE ledger.transfer (
    seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id           uuid NOT NULL UNIQUE,
    input_hash   bytea NOT NULL,
    kind         text NOT NULL,
    subject_kind text NOT NULL,
    subject_id   uuid NOT NULL,
    reverses     uuid UNIQUE REFERENCES ledger.transfer (id),
    at           timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE ledger.entry (
    transfer_seq  bigint NOT NULL,
    line          integer NOT NULL,
    account_id    bigint NOT NULL,
    amount        bigint NOT NULL CHECK (amount <> 0),
    balance_after bigint,
    hold_id       uuid,
    PRIMARY KEY (transfer_seq, line)
);
CREATE INDEX entry_account ON ledger.entry (account_id, transfer_seq);

CREATE TABLE ledger.hold (
    id         uuid PRIMARY KEY,
    account_id bigint NOT NULL,
    purpose    text NOT NULL,
    subject_id uuid NOT NULL,
    amount     bigint NOT NULL CHECK (amount > 0),
    granted    bigint NOT NULL,
    remaining  bigint NOT NULL CHECK (remaining BETWEEN 0 AND amount),
    frozen_by  text,
    opened_seq bigint NOT NULL,
    at         timestamptz NOT NULL,
    CHECK (granted BETWEEN 0 AND remaining),
    CHECK (frozen_by IS NULL OR remaining > 0)
) WITH (fillfactor = 70);
CREATE INDEX hold_open ON ledger.hold (account_id, at) WHERE remaining > 0;

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the books are append only: % on %.%', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.account FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.transfer FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.entry FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON ledger.hold FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON ledger.balance FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- What each mode lets a transfer of a kind do to an account: the table of the operator's choice, as data.
CREATE TABLE ledger.allowed (
    mode    text NOT NULL,
    kind    text NOT NULL,
    unit    text NOT NULL CHECK (unit IN ('credit', 'money')),
    account text NOT NULL,
    side    text NOT NULL CHECK (side IN ('-', '+')),
    PRIMARY KEY (mode, kind, unit, account, side)
);

INSERT INTO ledger.allowed (mode, kind, unit, account, side)
SELECT DISTINCT mode, kind, unit, left(line, -1), right(line, 1)
FROM (VALUES
    ('points voucher',               'grant',       'credit', 'issuance- grant+'),
    ('voucher',                      'buy',         'money',  'provider- provider_fee- sold+'),
    ('voucher',                      'buy',         'credit', 'issuance- wallet+'),
    ('licensed',                     'topup',       'money',  'provider- provider_fee- wallet+'),
    ('points',                       'gift',        'credit', 'wallet- wallet+'),
    ('points voucher',               'hold',        'credit', 'grant- wallet- held+'),
    ('licensed',                     'hold',        'money',  'wallet- held+'),
    ('voucher per_booking licensed', 'fund',        'money',  'provider- provider_fee- held+'),
    ('points voucher',               'settle',      'credit', 'held- grant+ wallet+ platform_fee+'),
    ('voucher',                      'settle',      'credit', 'earnings+'),
    ('voucher per_booking licensed', 'settle',      'money',  'held- earnings+ platform_fee+ held+'),  -- held+: a payer's part of card money waits for its refund
    ('licensed',                     'settle',      'money',  'wallet+'),
    ('points voucher',               'release',     'credit', 'held- grant+ wallet+'),
    ('licensed',                     'release',     'money',  'held- wallet+'),
    ('voucher',                      'refund_open', 'credit', 'wallet- held- earnings- platform_fee- held+'),
    ('voucher per_booking',          'refund_open', 'money',  'held- earnings- platform_fee- held+'),
    ('licensed',                     'refund_open', 'money',  'wallet- held- earnings- platform_fee- held+'),
    ('voucher',                      'refund_done', 'credit', 'held- issuance+'),
    ('voucher',                      'refund_done', 'money',  'held- sold- provider+'),
    ('per_booking licensed',         'refund_done', 'money',  'held- provider+'),
    ('voucher',                      'reuse',       'credit', 'earnings- wallet+'),
    ('licensed',                     'reuse',       'money',  'earnings- wallet+'),
    ('voucher',                      'redeem',      'credit', 'earnings- issuance+'),
    ('voucher',                      'redeem',      'money',  'sold- earnings+'),
    ('voucher per_booking licensed', 'payout_open', 'money',  'earnings- held+'),
    ('voucher per_booking licensed', 'payout_done', 'money',  'held- provider+'),
    ('points',                       'clawback',    'credit', 'held- grant- debt- loss- issuance+'),
    ('voucher',                      'clawback chargeback', 'credit', 'held- wallet- grant- earnings- platform_fee- debt- loss- issuance+'),
    ('voucher',                      'clawback chargeback', 'money', 'held- earnings- platform_fee- sold- sales- tax- debt- loss- provider+'),
    ('per_booking licensed',         'clawback chargeback', 'money', 'held- earnings- platform_fee- sales- tax- debt- loss- provider+'),
    ('licensed',                     'clawback chargeback', 'money', 'wallet-'),
    ('points voucher',               'collect',     'credit', 'wallet- debt+'),
    ('voucher',                      'collect',     'credit', 'earnings-'),
    ('voucher per_booking licensed', 'collect',     'money',  'earnings- debt+'),
    ('licensed',                     'collect',     'money',  'wallet-'),
    ('points voucher',               'write_off',   'credit', 'loss- debt+'),
    ('voucher per_booking licensed', 'write_off',   'money',  'loss- debt+'),
    ('points voucher per_booking licensed', 'sale', 'money',  'provider- provider_fee- sales+ tax+'),
    ('voucher per_booking licensed', 'suspend',     'money',  'provider- suspense+'),
    ('voucher per_booking licensed', 'resolve',     'money',  'suspense- provider+'),
    ('points voucher',               'adjust opening reversal', 'credit', 'issuance- issuance+ opening- opening+ wallet- wallet+ grant- grant+ debt- debt+'),
    ('voucher',                      'adjust opening reversal', 'credit', 'earnings- earnings+'),
    ('licensed',                     'adjust opening reversal', 'money', 'issuance- issuance+ opening- opening+ wallet- wallet+ earnings- earnings+ debt- debt+')
) AS rule (modes, kinds, unit, lines),
    string_to_table(modes, ' ') mode, string_to_table(kinds, ' ') kind, string_to_table(lines, ' ') line;

INSERT INTO ledger.allowed (mode, kind, unit, account, side)  -- what is owed is paid first wherever something comes in
SELECT DISTINCT mode, kind, unit, 'debt', '+' FROM ledger.allowed WHERE account IN ('wallet', 'earnings') AND side = '+'
ON CONFLICT DO NOTHING;

-- An entry's place in the books as one sortable id.
CREATE FUNCTION ledger.entry_id(seq bigint, line integer) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (lpad(to_hex(seq), 24, '0') || lpad(to_hex(line), 8, '0'))::uuid;

CREATE VIEW ledger.public_hold AS
SELECT h.id, a.owner AS account_id, h.purpose, h.subject_id, h.amount, h.remaining, h.frozen_by, a.asset, h.at
FROM ledger.hold h JOIN ledger.account a ON a.id = h.account_id;

CREATE VIEW ledger.staff_balance AS  -- per member and asset; `debt` is what is owed, as a positive number
SELECT a.owner AS account_id, a.asset,
    coalesce(sum(b.amount) FILTER (WHERE a.kind IN ('wallet', 'grant')), 0)::bigint AS available,
    coalesce(sum(b.amount) FILTER (WHERE a.kind = 'grant'), 0)::bigint AS granted,
    coalesce(sum(b.amount) FILTER (WHERE a.kind = 'earnings'), 0)::bigint AS earnings,
    coalesce(sum(b.amount) FILTER (WHERE a.kind = 'held'), 0)::bigint AS held,
    coalesce(-sum(b.amount) FILTER (WHERE a.kind = 'debt'), 0)::bigint AS debt
FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id
GROUP BY a.owner, a.asset;
