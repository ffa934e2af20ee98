"""The command line: a door that translates and calls. Heavy libraries are imported by the commands that need them."""

from broadsheet.cli.app import main

__all__ = ["main"]
