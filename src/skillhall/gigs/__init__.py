"""Gigs: projects, bids, agreements, the work in milestones, bookings and weeks, tasks and tracked time, and the payment that protects it.

It asks calendar for a worker's time, the ledger for holds, identity, profiles and skills for people and words. It lets disputes freeze and
divide.
"""
