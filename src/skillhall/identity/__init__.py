"""Identity: accounts, logins, codes, passwords, outside sign-ins, API keys, blocks, roles.

It asks nobody below but the kernel. Through its ports profiles opens the first face, ledger pays the sign-up grant, and every context says
what keeps an account from closing, what it stores about a person, and how that is erased. It says what became of accounts.
"""
