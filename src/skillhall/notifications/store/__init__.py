"""SQL of notifications that writes and locks."""
