"""Identity over HTTP: decode, call, encode."""
