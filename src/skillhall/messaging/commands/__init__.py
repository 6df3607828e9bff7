"""What can happen in messaging, one file per verb."""
