"""The command line: a door that translates and calls."""


def main() -> None:
    """Entry point of the `broadsheet` command."""
