"""`python -m skillhall`: the same as the `skillhall` command."""

from skillhall.deploy.cli import main

main()
