"""The app of the registry function: everything that writes, and its items."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from connection_overrides.api.app import App
from connection_overrides.api.routes import connections, environments, overrides, projects

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# Powertools takes the first route that matches, and `environment-overrides` looks like a connection's name.
ROUTERS: Final = (overrides.router, projects.router, environments.router, connections.router)


def create_app(environment: Mapping[str, str], client: "DynamoDBClient") -> App:
    """Return the app, configured by the function's environment variables."""
    return App(ROUTERS, client=client, **settings(environment))


def settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the arguments of an app that every function's environment variables give."""
    return {
        "table_name": environment["TABLE_NAME"],
        "cursor_key": environment["CURSOR_KEY"].encode(),
        "retention": timedelta(days=int(environment["HISTORY_DAYS"])),
        "cors_origin": environment.get("CORS_ORIGIN") or None,
    }
