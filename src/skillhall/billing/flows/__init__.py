"""Verbs of billing around an outside party."""
