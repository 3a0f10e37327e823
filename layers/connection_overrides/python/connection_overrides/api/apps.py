"""Which function serves which operations, and how its environment configures it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from connection_overrides.api.app import App
from connection_overrides.api.openapi.docs_page import render
from connection_overrides.api.openapi.document import describe
from connection_overrides.api.routes import connections, effective, environments, meta, overrides, problems, projects
from connection_overrides.api.routing import Router

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# Powertools takes the first route that matches, and `environment-overrides` looks like a connection's name.
REGISTRY: Final = (overrides.router, projects.router, environments.router, connections.router)


def read_only_routers(*, docs_page: bool) -> tuple[Router, ...]:
    """Return the operations that write nothing and cost most, and everything public."""
    about = meta.create_router(document, render if docs_page else None)
    return effective.router, problems.router, about


def document() -> dict[str, Any]:
    """Return the OpenAPI document of the whole API."""
    return describe([*read_only_routers(docs_page=True), *REGISTRY])


def registry_app(environment: Mapping[str, str], client: "DynamoDBClient", **replaced: Any) -> App:  # noqa: ANN401
    """Return the app of everything that writes, and of its items. `replaced` is for tests: see App."""
    return App(REGISTRY, **_settings(environment), client=client, **replaced)


def effective_app(environment: Mapping[str, str], client: "DynamoDBClient", **replaced: Any) -> App:  # noqa: ANN401
    """Return the app of everything that only reads. It answers OPTIONS for the whole API."""
    own = read_only_routers(docs_page=environment.get("API_DOCS") == "on")
    return App(own, api=[*own, *REGISTRY], **_settings(environment), client=client, **replaced)


def _settings(environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        "table_name": environment["TABLE_NAME"],
        "cursor_key": environment["CURSOR_KEY"].encode(),
        "cors_origin": environment.get("CORS_ORIGIN") or None,
    }
