"""The effective function: "which secret in PROD?", reports, and everything public. Its role can only read."""

from connection_overrides.startup import fast_import, register_priming

with fast_import():
    import os

    from connection_overrides.api.effective import create_app
    from connection_overrides.priming import get_effective_connection
    from connection_overrides.store.database import connect

    # Created before the first event, the client is shared by all copies of a SnapStart snapshot.
    client = connect()
    handler = create_app(os.environ, client).handle

register_priming(handler, client, get_effective_connection)
