"""Tests of the verbs of connections."""
