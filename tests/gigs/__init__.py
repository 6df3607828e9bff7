"""Tests of gigs."""
