"""What identity takes and shows on the wire."""
