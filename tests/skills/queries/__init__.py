"""Tests of what skills shows."""
