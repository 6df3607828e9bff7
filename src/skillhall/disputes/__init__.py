"""Disputes: cases about one held payment, their evidence, mediation, rulings and appeals.

Asks learning and gigs to freeze, let go and divide what is held, and for what they know of it; identity, profiles and the ledger's views.
Says what became of each case.
"""
