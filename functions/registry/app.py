"""The registry function: projects, environments, connections and overrides."""

from connection_overrides.start_up import starting_up

with starting_up():
    import os
    import uuid
    from datetime import UTC, datetime
    from functools import cache
    from typing import Any

    from aws_lambda_powertools import Logger

    from connection_overrides.http.api import Api, LambdaContext, Surroundings
    from connection_overrides.http.cors import Cors
    from connection_overrides.http.cursors import CursorSeal
    from connection_overrides.http.observation import LogObserver
    from connection_overrides.http.registry import declare_registry
    from connection_overrides.http.routing import Router
    from connection_overrides.store.table import connect
    from connection_overrides.store.writable_table import WritableTable


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a proxy event of API Gateway."""
    return _api().handle(event, context)


@cache
def router() -> Router:
    """Return the routes, on the table that the environment names."""
    router = Router(CursorSeal(os.environ["CURSOR_KEY"].encode()))
    table = WritableTable(connect(), os.environ["TABLE_NAME"])
    declare_registry(router, table, new_project_id=lambda: str(uuid.uuid4()))
    return router


@cache
def _api() -> Api:
    surroundings = Surroundings(now=lambda: datetime.now(UTC), new_write_id=lambda: uuid.uuid4().hex)
    cors = Cors(os.environ.get("CORS_ORIGIN") or None)
    return Api(router(), LogObserver(Logger()), surroundings, cors)


with starting_up():
    # The client among all else: what is made before the first event is made once for all copies of a snapshot.
    _api()
