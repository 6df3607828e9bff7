"""The verbs of the `skillhall` command, one file per kind of work."""
