"""What screens read of billing."""
