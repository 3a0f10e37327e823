"""The effective function: "which secret in PROD?", reports, and everything public. Its role can only read."""

from connection_overrides.startup import fast_import

with fast_import():
    import os

    from connection_overrides.api.apps import effective_app
    from connection_overrides.store.database import connect

    # Made before the first event, the client is made once for all copies of a SnapStart snapshot.
    app = effective_app(os.environ, connect())

handler = app.handle
