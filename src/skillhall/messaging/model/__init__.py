"""What messaging talks about, and its rules; pure."""
