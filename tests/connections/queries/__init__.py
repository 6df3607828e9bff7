"""Tests of the screens of connections."""
