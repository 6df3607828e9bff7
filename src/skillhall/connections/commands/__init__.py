"""What can happen: one file per verb."""
