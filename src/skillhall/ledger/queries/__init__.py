"""Reads of the ledger: what members see, and what must hold in the books."""
