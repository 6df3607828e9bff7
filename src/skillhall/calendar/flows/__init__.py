"""What calendar does with servers outside."""
