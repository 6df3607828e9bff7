"""Nouns and rules of reviews; pure."""
