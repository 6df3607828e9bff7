"""Connections, follows, tallies and bookmarks: rows in and out. Locks: rank 63, in the order connection, follow, tally."""
