"""HTTP of profiles."""
