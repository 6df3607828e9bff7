"""SQL that loads, locks and writes the nouns of identity; one module per noun."""
