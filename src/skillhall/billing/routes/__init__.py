"""HTTP of billing."""
