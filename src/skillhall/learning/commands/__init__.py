"""What can happen to offers and lessons: one file per verb."""
