"""Verbs that wait for something outside of a transaction: a hash, a provider."""
