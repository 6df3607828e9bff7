"""SQL that loads, locks and writes the nouns of payments, one module per noun."""
