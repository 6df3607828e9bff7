"""The ledger: accounts, transfers, entries, holds, wallets, statements, and the proof of the books.

Asks identity whether people are active and whether one has blocked the other. Answers identity's ports: the sign-up grant,
what keeps an account from closing, a member's own entries. Says `ledger.gift_given` and `ledger.credits_adjusted`.
"""
