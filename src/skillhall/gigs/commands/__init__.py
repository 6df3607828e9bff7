"""What can happen to projects, bids and engagements: one file per verb."""
