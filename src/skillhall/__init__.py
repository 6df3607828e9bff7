"""Skillhall: the open, self-hosted backend for communities where people teach, hire and help each other."""

__version__ = "0.1.0"
