"""The command line `overrides`."""

from __future__ import annotations


def main() -> None:
    """Run the command line with the arguments of this process, and exit with its code (see `exits`)."""
    import sys  # noqa: PLC0415 - importing the package does not load the command line

    from connection_overrides_client.cli.app import run  # noqa: PLC0415 - likewise

    sys.exit(run(sys.argv[1:]))
