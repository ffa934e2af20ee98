"""Run the command line with `python -m broadsheet`."""

from broadsheet.cli import main

main()
