"""SQL that loads, locks and writes the nouns of gigs, one module per noun."""
