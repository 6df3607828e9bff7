"""Lessons: offers, sessions, seats, rooms, attendance, and what becomes of the credits.

Asks identity (who may act), calendar (whose time is free), ledger (holds and settlements), skills and profiles (cards).
Says what happened to each session and seat (`events.py`).
"""
