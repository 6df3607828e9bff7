"""Payments: money between members and the parties outside. Owns payments, methods, refunds, chargebacks, payouts, reconciliation.

Asks the ledger to post, and whoever owns what is paid for (`Payable`) what it costs and what follows. Says what came and what went.
"""
