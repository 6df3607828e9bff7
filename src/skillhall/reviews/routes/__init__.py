"""HTTP of reviews."""
