"""Verbs around a provider: a command before the call, the call, a command after it."""
