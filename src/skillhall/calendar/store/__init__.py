"""Everything calendar locks and writes. Times come as parameters; statements run in account order."""
