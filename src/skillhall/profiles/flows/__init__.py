"""Verbs around the file storage."""
