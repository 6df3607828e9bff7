"""SQL that loads, locks and writes."""
