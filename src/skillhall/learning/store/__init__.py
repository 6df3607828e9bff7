"""SQL that loads, locks and writes the nouns of learning, one module per noun."""
