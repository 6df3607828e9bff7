"""SQL that reads for screens."""
