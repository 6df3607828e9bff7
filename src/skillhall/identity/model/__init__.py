"""The nouns of identity and their rules; pure."""
