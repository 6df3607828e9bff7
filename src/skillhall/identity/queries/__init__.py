"""SQL that reads for screens and for other contexts."""
