"""The rules of profiles: pure, no I/O, no clock."""
