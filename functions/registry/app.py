"""The registry function: everything that writes, and the items that it writes. Its role can read and write."""

from connection_overrides.startup import fast_import, register_priming

with fast_import():
    import os

    from connection_overrides.api.registry import create_app
    from connection_overrides.priming import create_override
    from connection_overrides.store.database import connect

    # Created before the first event, the client is shared by all copies of a SnapStart snapshot.
    client = connect()
    handler = create_app(os.environ, client).handle

register_priming(handler, client, create_override)
