"""HTTP of calendar."""
