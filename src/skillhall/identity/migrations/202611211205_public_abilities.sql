-- What people are here for is known to members: hosts and workers are found by it.
CREATE OR REPLACE VIEW identity.public_account AS
    SELECT id, display_name, timezone, state IN ('active', 'pending_verification') AS is_visible, abilities FROM identity.account;
