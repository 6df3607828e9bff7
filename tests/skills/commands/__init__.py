"""Tests of the verbs of skills."""
