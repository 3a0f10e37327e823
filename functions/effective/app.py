"""The effective function: which secret a connection uses in an environment, and all that is public. It only reads."""

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
    from connection_overrides.http.effective import declare_effective
    from connection_overrides.http.observation import LogObserver
    from connection_overrides.http.routing import Router
    from connection_overrides.store.table import Table, connect


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a proxy event of API Gateway."""
    return _api().handle(event, context)


@cache
def router() -> Router:
    """Return the routes, on the table that the environment names."""
    router = Router(CursorSeal(os.environ["CURSOR_KEY"].encode()))
    table = Table(connect(), os.environ["TABLE_NAME"])
    declare_effective(router, table, has_docs_page=os.environ.get("API_DOCS") == "on")
    return router


def _all_routes() -> Router:
    from connection_overrides.http.openapi.whole import whole_api  # noqa: PLC0415 - no start waits for it

    return whole_api()


@cache
def _api() -> Api:
    surroundings = Surroundings(now=lambda: datetime.now(UTC), new_write_id=lambda: uuid.uuid4().hex)
    cors = Cors(os.environ.get("CORS_ORIGIN") or None)
    return Api(router(), LogObserver(Logger()), surroundings, cors, _all_routes)


with starting_up():
    # The client among all else: what is made before the first event is made once for all copies of a snapshot.
    _api()
