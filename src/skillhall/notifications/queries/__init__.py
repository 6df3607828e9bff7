"""SQL of notifications that reads for screens."""
