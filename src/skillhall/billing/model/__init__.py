"""What billing means: nouns, rules, refusals; pure."""
