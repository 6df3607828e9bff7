"""Tests of the nouns of connections."""
