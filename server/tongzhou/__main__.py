"""`python -m tongzhou`: the same as the command `tongzhou`."""

from tongzhou.server.cli import main

main()
