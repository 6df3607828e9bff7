"""Requests nobody would write by hand."""
