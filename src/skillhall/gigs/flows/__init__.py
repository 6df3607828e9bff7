"""Verbs of gigs around a payment: a command, then its provider, then the answer."""
