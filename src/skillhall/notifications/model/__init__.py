"""The nouns of notifications and their rules; pure."""
