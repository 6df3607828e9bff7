"""What can happen to a dispute, one verb a file."""
