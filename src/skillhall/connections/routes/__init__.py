"""HTTP of connections."""
