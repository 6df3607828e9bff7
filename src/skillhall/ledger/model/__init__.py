"""Transfers and refusals of the ledger."""
