"""The nouns of skills: the skill, a member's skill, the shipped catalogue."""
