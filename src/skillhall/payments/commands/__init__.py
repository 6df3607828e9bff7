"""What can happen to money that comes, goes back and goes out: one file per verb."""
