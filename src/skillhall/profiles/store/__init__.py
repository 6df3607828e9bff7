"""SQL that loads, locks and writes the nouns of profiles, one module per noun."""
