"""What can happen to skills and members' lists, one verb per file."""
