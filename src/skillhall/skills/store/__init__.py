"""Rows of skills in and out. Locks: the prerequisite graph (65.0), a member's lists (65.1), tallies in id order (65.2)."""
