"""What connections are made of: nouns, their rules, and the refusals those make."""
