"""What notifications does when something has happened in another context: it tells people."""
