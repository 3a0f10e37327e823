"""Operations about the API itself. They are public: clients that have no token yet use them."""

import hashlib
import json
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Final, Literal

from aws_lambda_powertools.event_handler import Response

from connection_overrides.api.responses import NotModified, shown
from connection_overrides.api.routing import FOUND, NOT_MODIFIED, PUBLIC, SHOWN, Router, Success
from connection_overrides.context import RequestContext
from connection_overrides.domain.base import OMIT_NONE, Model
from connection_overrides.errors import PROBLEMS_PATH, RouteNotFound

HEALTH: Final = "/v1/health"
DOCUMENT: Final = "/v1/openapi.json"
DOCS_PAGE: Final = "/v1/docs"
_HTML: Final = Success(200, "A page for browsers.", ("Content-Security-Policy",), "text/html")


class Index(Model):
    """Where to go from here. Each member is a path that works from where the index was read."""

    document: str
    page: Annotated[str | None, OMIT_NONE] = None
    problems: str
    health: str


class Health(Model):
    """The service is healthy."""

    status: Literal["ok"] = "ok"


def create_router(
    document: Callable[[str], dict[str, Any]], docs_page: Callable[[dict[str, Any]], tuple[str, str]] | None
) -> Router:
    """Return the operations.

    `document` returns the OpenAPI document for a base path; `docs_page` a page that shows a document, and its CSP.

    Without `docs_page` the page is not found.
    """
    router = Router("About")

    @cache
    def tagged_document(base_path: str) -> tuple[dict[str, Any], str]:
        content = document(base_path)
        return content, hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]

    @router.operation("GET", "/", SHOWN, scope=PUBLIC)
    def get_index(ctx: RequestContext) -> Response[Index]:
        """Get links to all public pages.

        `page` is included where the page is enabled.
        """
        return shown(
            Index.model_construct(
                document=ctx.base_path + DOCUMENT,
                page=None if docs_page is None else ctx.base_path + DOCS_PAGE,
                problems=ctx.base_path + PROBLEMS_PATH,
                health=ctx.base_path + HEALTH,
            )
        )

    @router.operation("GET", HEALTH, SHOWN, scope=PUBLIC)
    def get_health(ctx: RequestContext) -> Response[Health]:  # noqa: ARG001 - as all operations
        """Check whether the API responds.

        The table is not read: this tests the gateway and the function, not their dependencies.
        """
        return shown(Health.model_construct())

    @router.operation("GET", DOCUMENT, FOUND, NOT_MODIFIED, scope=PUBLIC)
    def get_openapi_document(ctx: RequestContext) -> Response[dict[str, Any]]:
        """Get this document."""
        content, tag = tagged_document(ctx.base_path)
        if tag in (ctx.preconditions.none_match or ()):
            raise NotModified(tag)
        return shown(content, {"ETag": f'"{tag}"'})

    @router.operation("GET", DOCS_PAGE, _HTML, scope=PUBLIC, raises=(RouteNotFound,))
    def get_docs_page(ctx: RequestContext) -> Response[str]:
        """Show this document as a page.

        A deployment can disable the page. Then it is not found.
        """
        if docs_page is None:
            raise RouteNotFound
        shown_document, _ = tagged_document(ctx.base_path)
        content, policy = docs_page(shown_document)
        headers = {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"}
        return Response(200, "text/html; charset=utf-8", content, headers)

    return router
