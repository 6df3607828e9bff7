"""HTTP of notifications: decode, call, encode."""
