"""What can happen to a profile, one verb per file."""
