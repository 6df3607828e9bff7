"""What can happen in notifications: one file per verb."""
