"""The app of the effective function: what only reads and costs most, and everything public."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from connection_overrides.api import registry
from connection_overrides.api.app import App
from connection_overrides.api.openapi.docs_page import render
from connection_overrides.api.routes import effective, history, meta, problems
from connection_overrides.api.routing import Router

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


def create_app(environment: Mapping[str, str], client: "DynamoDBClient") -> App:
    """Return the app, configured by the function's environment variables. It answers OPTIONS for the whole API."""
    own = routers(docs_page=environment.get("API_DOCS") == "on")
    return App(own, api=[*own, *registry.ROUTERS], client=client, **registry.settings(environment))


def routers(*, docs_page: bool) -> tuple[Router, ...]:
    """Return the routers, with the API's page or without it."""
    return (
        effective.router,
        history.router,
        problems.router,
        meta.create_router(document, render if docs_page else None),
    )


def document(base_path: str = "") -> dict[str, Any]:
    """Return the OpenAPI document of the whole API, behind a base path."""
    # Few requests need it, and none should wait for it at a start.
    from connection_overrides.api.openapi.document import describe  # noqa: PLC0415

    return describe([*routers(docs_page=True), *registry.ROUTERS], base_path)
