"""Tests of the nouns of skills."""
