"""What notifications says: facts, as ids and numbers."""
