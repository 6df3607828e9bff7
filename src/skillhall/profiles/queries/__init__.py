"""What screens show of profiles."""
