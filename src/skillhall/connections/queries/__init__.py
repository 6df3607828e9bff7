"""What screens show of connections, follows and bookmarks."""
