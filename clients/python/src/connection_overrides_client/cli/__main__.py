"""`python -m connection_overrides_client.cli` is `overrides`."""

from connection_overrides_client.cli import main

main()
