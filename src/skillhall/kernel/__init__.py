"""Mechanism without domain: transactions, events, jobs, HTTP, files, mail. Knows no context."""
