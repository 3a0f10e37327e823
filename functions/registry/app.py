"""The registry function: everything that writes, and the items that it writes. Its role can read and write."""

from connection_overrides.startup import fast_import

with fast_import():
    import os

    from connection_overrides.api.apps import registry_app
    from connection_overrides.store.database import connect

    # Made before the first event, the client is made once for all copies of a SnapStart snapshot.
    app = registry_app(os.environ, connect())

handler = app.handle
