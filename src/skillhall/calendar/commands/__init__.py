"""What can happen to a person's time."""
