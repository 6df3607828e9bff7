"""What screens read of disputes."""
