"""Tests of the verbs of profiles."""
