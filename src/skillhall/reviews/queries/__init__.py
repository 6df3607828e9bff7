"""What reviews shows."""
