"""Rows of reviews in and out."""
