"""Stories a running hall is taken through by `skillhall tour`."""
