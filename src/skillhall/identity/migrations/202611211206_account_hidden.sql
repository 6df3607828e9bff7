-- Lists leave out the few who are hidden, instead of asking about everybody.
CREATE INDEX account_hidden ON identity.account (id) WHERE state NOT IN ('active', 'pending_verification');
