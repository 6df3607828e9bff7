"""Verbs of reviews, one file each."""
