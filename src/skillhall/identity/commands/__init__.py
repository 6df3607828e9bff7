"""What can happen to accounts, logins, keys and blocks: one file per verb."""
