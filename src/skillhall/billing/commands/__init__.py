"""What can happen in billing: one file per verb."""
