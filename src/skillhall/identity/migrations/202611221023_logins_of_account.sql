-- A sign-in is compared with all earlier ones of its account, ended ones too. Without the condition an ended login stays a heap-only update.
DROP INDEX identity.login_account;
CREATE INDEX login_account ON identity.login (account_id);
