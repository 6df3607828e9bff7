-- Money that goes back, in and out: what the modes allow of it.
INSERT INTO ledger.allowed (mode, kind, unit, account, side)
SELECT DISTINCT mode, kind, unit, left(line, -1), right(line, 1)
FROM (VALUES
    ('points voucher per_booking licensed', 'refund_open',         'money',  'sales- tax- held+'),
    ('points voucher per_booking licensed', 'refund_done',         'money',  'held- provider+'),
    ('points voucher per_booking licensed', 'refund_undone',       'money',  'held- sales+ tax+'),
    ('points voucher per_booking licensed', 'provider_fee',        'money',  'provider- provider+ provider_fee- provider_fee+'),
    ('points voucher per_booking licensed', 'fund buy sale',       'money',  'provider+'),  -- a fee above a very small price
    ('points',                              'suspend',             'money',  'provider- suspense+'),
    ('points',                              'resolve',             'money',  'suspense- provider+'),
    ('points',                              'clawback chargeback', 'money',  'held- sales- tax- loss- provider+'),
    ('voucher per_booking licensed',        'clawback chargeback', 'money',  'earnings+ debt+'),  -- the rest of a payout it called back
    ('voucher per_booking licensed',        'payout_returned',     'money',  'provider- earnings+ debt+'),
    ('voucher',                             'chargeback_won',      'credit', 'issuance- wallet+ earnings+ grant+ debt+'),
    ('points voucher per_booking licensed', 'chargeback_won',      'money',  'provider- sales+ tax+ loss+'),
    ('voucher per_booking licensed',        'chargeback_won',      'money',  'earnings+ platform_fee+ sold+ debt+')
) AS rule (modes, kinds, unit, lines),
    string_to_table(modes, ' ') mode, string_to_table(kinds, ' ') kind, string_to_table(lines, ' ') line
ON CONFLICT DO NOTHING;

-- As before, and three accounts more that a line may name: `moved` (out of a hold, into another that the next line fills), `owing` and
-- `losing` (taken wherever the owner has it; the rest becomes the owner's debt, or the platform's loss).
-- The one way into the books. Posts once per id (`replayed`: it stood before). An expected no is answered as `refusal`
-- {"code": …, facts}, and the caller must then roll back. Lines are applied in order, those of one asset together; what they may
-- say: ledger/model/transfer.py.
-- Locks, in this order: the transfer's id, holds by id, new accounts by key, balances by account.
-- The planner settings: a plan made while the books are small and kept by a session must not scan them when they are not.
CREATE OR REPLACE FUNCTION ledger.post(
    mode text, id uuid, kind text, subject_kind text, subject_id uuid, at timestamptz, lines jsonb, freeze_key text, reverses uuid,
    OUT seq bigint, OUT replayed boolean, OUT refusal jsonb
) LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
    platform CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    earning  CONSTANT text := CASE mode WHEN 'points' THEN 'wallet' ELSE 'earnings' END;
    content  CONSTANT bytea := sha256(convert_to(
        jsonb_build_array(kind, subject_kind, subject_id, lines, freeze_key, reverses)::text, 'UTF8'));
    asked      ledger.line[];
    concerned  uuid[];       -- whose balances may move
    out_of     uuid[];       -- the holds drawn on
    line       ledger.line;
    asset      text := '';   -- of the lines now being applied, and what they sum to
    total      bigint := 0;
    is_drawn   boolean;      -- the line is paid out of a hold: this one
    source     ledger.hold;
    holder     uuid;         -- whose `held` moves
    drawn      bigint := 0;  -- out of that hold, by this line and those just before it
    target     text;         -- where to, or where from, what was not given goes
    has_given  bigint;       -- what the line's owner has: granted, bought, earned, owed
    has_bought bigint;
    has_earned bigint;
    owed       bigint;
    held       bigint;       -- what the line puts into held (below zero: takes out) …
    given      bigint;       -- … into grant …
    collected  bigint;       -- … against what is owed (below zero: is owed from now on) …
    bought     bigint;       -- … into wallet, beside the target …
    lost       bigint;       -- … is borne by the platform …
    rest       bigint;       -- … and into the target
    leg        record;
    account_no bigint;
    is_allowed boolean;
    after      bigint;
    number     integer := 0;
BEGIN
    INSERT INTO ledger.transfer (id, input_hash, kind, subject_kind, subject_id, reverses, at)
    VALUES (post.id, content, post.kind, post.subject_kind, post.subject_id, post.reverses, post.at)
    ON CONFLICT DO NOTHING RETURNING transfer.seq INTO seq;
    replayed := seq IS NULL;
    IF replayed THEN  -- a twin has been waited for; or another has reversed the same transfer
        SELECT t.seq, CASE WHEN t.input_hash <> content THEN '{"code": "ledger.transfer_differs"}'::jsonb END INTO seq, refusal
        FROM ledger.transfer t WHERE t.id = post.id;
        IF seq IS NULL THEN
            refusal := '{"code": "ledger.already_reversed"}';
        ELSIF refusal IS NULL AND EXISTS (
            SELECT FROM ledger.entry e JOIN ledger.hold h ON h.id = e.hold_id
            WHERE e.transfer_seq = post.seq AND h.opened_seq = post.seq AND h.remaining = 0) THEN
            refusal := '{"code": "ledger.hold_closed"}';
        END IF;
        RETURN;
    END IF;

    -- A line out of a hold has the hold's asset, and is about the hold's owner unless it names another.
    SELECT array_agg((l.account, l.amount, coalesce(l.owner, a.owner), coalesce(l.asset, a.asset), l.hold_id, l.purpose, l.subject_id)::ledger.line
                     ORDER BY l.ordinality),
           array_agg(l.owner) FILTER (WHERE l.owner <> platform) || array_agg(a.owner) FILTER (WHERE a.owner IS NOT NULL),
           array_agg(l.hold_id) FILTER (WHERE l.purpose IS NULL AND l.hold_id IS NOT NULL)
    INTO asked, concerned, out_of
    FROM ROWS FROM (jsonb_populate_recordset(NULL::ledger.line, lines)) WITH ORDINALITY l
    LEFT JOIN ledger.hold h ON h.id = l.hold_id LEFT JOIN ledger.account a ON a.id = h.account_id;

    IF out_of IS NOT NULL THEN
        PERFORM FROM ledger.hold h WHERE h.id = ANY (out_of) ORDER BY h.id FOR NO KEY UPDATE;
    END IF;
    WITH opened AS (
        INSERT INTO ledger.account (owner, kind, asset)
        SELECT DISTINCT l.owner, k.kind, l.asset
        FROM unnest(asked) l, unnest(CASE l.account
            WHEN 'payee' THEN ARRAY[earning, CASE l.asset WHEN 'CREDIT' THEN 'grant' END] WHEN 'hold' THEN '{wallet,held}'
            WHEN 'back' THEN '{wallet}' WHEN 'spendable' THEN '{wallet}' WHEN 'moved' THEN '{}' WHEN 'owing' THEN '{wallet,debt}'
            WHEN 'losing' THEN '{earnings}' ELSE ARRAY[l.account] END::text[]) AS k (kind)
        WHERE l.asset IS NOT NULL AND k.kind IS NOT NULL
          AND NOT EXISTS (SELECT FROM ledger.account a WHERE a.owner = l.owner AND a.kind = k.kind AND a.asset = l.asset)
        UNION SELECT platform, 'loss', l.asset FROM unnest(asked) l
        WHERE l.account = 'losing' AND NOT EXISTS (SELECT FROM ledger.account a WHERE a.owner = platform AND a.kind = 'loss' AND a.asset = l.asset)
        ORDER BY 1, 2, 3
        ON CONFLICT DO NOTHING RETURNING account.id, account.owner, account.kind
    )
    INSERT INTO ledger.balance (account_id, debt) SELECT o.id, o.kind = 'debt' FROM opened o WHERE o.owner <> platform;
    PERFORM FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id
    WHERE a.owner = ANY (concerned) ORDER BY b.account_id FOR NO KEY UPDATE OF b;

    FOR i IN 1 .. cardinality(asked) LOOP
        line := asked[i];
        IF line.asset <> asset THEN
            EXIT WHEN total <> 0;
            asset := line.asset;
        END IF;
        holder := line.owner; held := 0; given := 0; collected := 0; bought := 0; lost := 0; rest := line.amount;
        is_drawn := line.hold_id IS NOT NULL AND line.purpose IS NULL;
        target := CASE WHEN line.account = 'payee' THEN earning WHEN line.account IN ('hold', 'spendable', 'back') THEN 'wallet'
                       WHEN line.account IN ('owing', 'losing') THEN 'earnings' ELSE line.account END;
        SELECT coalesce(sum(b.amount) FILTER (WHERE a.kind = 'grant'), 0), coalesce(sum(b.amount) FILTER (WHERE a.kind = 'wallet'), 0),
               coalesce(sum(b.amount) FILTER (WHERE a.kind = 'earnings'), 0), coalesce(-sum(b.amount) FILTER (WHERE b.debt), 0)
        INTO has_given, has_bought, has_earned, owed
        FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id
        WHERE a.owner = line.owner AND a.asset = line.asset AND line.owner <> platform;

        IF owed > 0 AND kind IN ('hold', 'payout_open') THEN
            refusal := jsonb_build_object('code', 'ledger.indebted', 'owed', owed);
        ELSIF line.account IN ('hold', 'spendable') THEN  -- what was given is spent first
            held := CASE line.account WHEN 'hold' THEN line.amount ELSE 0 END;
            given := -least(abs(line.amount), has_given);
            rest := -abs(line.amount) - given;
        ELSIF line.account IN ('owing', 'losing') THEN  -- taken wherever it is; what is not there is owed, or the platform's loss
            IF line.account = 'owing' THEN bought := -least(-line.amount, has_bought); END IF;
            rest := -least(bought - line.amount, has_earned);
            IF line.account = 'owing' THEN
                given := -least(bought + rest - line.amount, has_given);
                collected := line.amount - bought - rest - given;
            ELSE
                lost := line.amount - rest;
            END IF;
        ELSIF is_drawn THEN
            IF source.id IS DISTINCT FROM line.hold_id THEN
                SELECT h.* INTO source FROM ledger.hold h WHERE h.id = line.hold_id;
                drawn := 0;
            END IF;
            SELECT a.owner INTO holder FROM ledger.account a WHERE a.id = source.account_id;
            rest := coalesce(line.amount, source.remaining);
            refusal := CASE
                WHEN source.id IS NULL OR line.asset IS NULL THEN '{"code": "ledger.hold_not_found"}'::jsonb
                WHEN source.remaining = 0 THEN '{"code": "ledger.hold_closed"}'
                WHEN source.frozen_by IS DISTINCT FROM freeze_key THEN '{"code": "ledger.hold_frozen"}'
                WHEN source.remaining < rest THEN jsonb_build_object('code', 'ledger.hold_short', 'needed', rest, 'available', source.remaining) END;
        END IF;
        IF refusal IS NOT NULL THEN RETURN; END IF;

        IF is_drawn THEN  -- what was given leaves the hold first and comes back last; its row moves with the last line in a row
            IF rest <= 0 THEN RAISE EXCEPTION 'transfer % (%) draws % from hold %', id, kind, rest, line.hold_id; END IF;
            given := CASE line.account WHEN 'back' THEN greatest(rest - (source.remaining - source.granted), 0) ELSE least(rest, source.granted) END;
            source.remaining := source.remaining - rest; source.granted := source.granted - given; drawn := drawn + rest;
            IF line.account NOT IN ('payee', 'back') THEN given := 0; END IF;
            rest := CASE line.account WHEN 'moved' THEN 0 ELSE rest - given END;
            IF asked[i + 1].hold_id IS DISTINCT FROM source.id THEN
                UPDATE ledger.hold h SET remaining = source.remaining, granted = source.granted,
                                         frozen_by = CASE WHEN source.remaining > 0 THEN h.frozen_by END WHERE h.id = source.id;
                held := -drawn; drawn := 0;
            END IF;
        END IF;
        IF rest > 0 AND target IN ('wallet', 'earnings') THEN
            collected := least(rest, owed);
            rest := rest - collected;
        END IF;

        FOR leg IN SELECT v.* FROM (VALUES (line.owner, 'grant', given), (line.owner, 'debt', collected), (line.owner, target, rest),
                                           (line.owner, 'wallet', bought), (platform, 'loss', lost), (holder, 'held', held))
                   AS v (owner, kind, amount) WHERE v.amount <> 0 LOOP
            after := NULL;
            SELECT a.id, EXISTS (
                SELECT FROM ledger.allowed w
                WHERE w.mode = post.mode AND w.kind = post.kind AND w.unit = CASE a.asset WHEN 'CREDIT' THEN 'credit' ELSE 'money' END
                AND w.account = split_part(a.kind, ':', 1) AND w.side = CASE WHEN leg.amount > 0 THEN '+' ELSE '-' END)
            INTO account_no, is_allowed
            FROM ledger.account a WHERE a.owner = leg.owner AND a.kind = leg.kind AND a.asset = line.asset;
            IF NOT is_allowed THEN
                refusal := jsonb_build_object('code', 'ledger.not_in_mode', 'mode', mode, 'kind', kind);
            ELSIF leg.owner <> platform THEN
                UPDATE ledger.balance b SET amount = b.amount + leg.amount, entries = b.entries + 1
                WHERE b.account_id = account_no AND (b.debt OR b.amount + leg.amount >= 0) RETURNING b.amount INTO after;
                IF after IS NULL THEN
                    SELECT jsonb_build_object('code', 'ledger.insufficient', 'needed', -leg.amount - given, 'available', b.amount - given) INTO refusal
                    FROM ledger.balance b WHERE b.account_id = account_no;
                END IF;
            ELSIF leg.kind LIKE 'provider:%' AND leg.amount > 0
                AND kind IN ('refund_done', 'payout_done', 'settle', 'release') THEN
                -- we send no more out through a provider than came in; what it takes by itself is booked however much that is
                PERFORM pg_advisory_xact_lock(hashtextextended('ledger.account', account_no));
                SELECT jsonb_build_object('code', 'ledger.provider_short', 'needed', leg.amount, 'available', -coalesce(sum(e.amount), 0)) INTO refusal
                FROM ledger.entry e WHERE e.account_id = account_no HAVING coalesce(sum(e.amount), 0) + leg.amount > 0;
            END IF;
            IF refusal IS NOT NULL THEN RETURN; END IF;
            total := total + leg.amount;
            number := number + 1;
            INSERT INTO ledger.entry (transfer_seq, line, account_id, amount, balance_after, hold_id)
            VALUES (seq, number, account_no, leg.amount, after, line.hold_id);
        END LOOP;

        IF line.purpose IS NOT NULL THEN  -- the line fills a new hold
            INSERT INTO ledger.hold (id, account_id, purpose, subject_id, amount, granted, remaining, opened_seq, at)
            SELECT line.hold_id, a.id, line.purpose, line.subject_id, line.amount, -given, line.amount, post.seq, post.at
            FROM ledger.account a WHERE a.owner = line.owner AND a.kind = 'held' AND a.asset = line.asset
            ON CONFLICT DO NOTHING;
            IF NOT FOUND THEN
                SELECT jsonb_build_object('code', CASE h.remaining WHEN 0 THEN 'ledger.hold_closed' ELSE 'ledger.hold_exists' END) INTO refusal
                FROM ledger.hold h WHERE h.id = line.hold_id;
                RETURN;
            END IF;
        END IF;
    END LOOP;

    IF total <> 0 THEN
        RAISE EXCEPTION 'transfer % (%) does not sum to zero in %', id, kind, asset;
    END IF;
END $$;
