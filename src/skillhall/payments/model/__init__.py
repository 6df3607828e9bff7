"""The rules of payments: pure, no I/O, no clock."""
