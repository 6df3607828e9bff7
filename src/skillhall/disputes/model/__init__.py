"""Nouns and rules of disputes; pure."""
