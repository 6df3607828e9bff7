"""The rules of gigs: pure, no I/O, no clock."""
