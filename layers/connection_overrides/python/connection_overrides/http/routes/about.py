"""Routes about the API itself. They are public: clients that have no token yet read them."""

import hashlib
import json
from functools import cache
from typing import Any, Final

from connection_overrides.errors import RouteNotFoundError
from connection_overrides.http.about_replies import HealthReply, IndexReply
from connection_overrides.http.catalogue import PROBLEMS_PATH
from connection_overrides.http.outcomes import FOUND, PAGE, SHOWN, UNCHANGED
from connection_overrides.http.responses import Response
from connection_overrides.http.routing import Router

_HEALTH: Final = "/v1/health"
_DOCUMENT: Final = "/v1/openapi.json"
_PAGE: Final = "/v1/docs"


def declare_about(router: Router, *, has_docs_page: bool) -> None:
    """Declare the routes of index, health, document and page. Without `has_docs_page` the page is not found."""

    @router.route("GET", "/", scope=None, answers=(SHOWN,))
    def get_index() -> Response[IndexReply]:
        """Get links to what is public.

        `page` is there where the page is switched on.
        """
        index = IndexReply(
            document=router.link(_DOCUMENT),
            page=router.link(_PAGE) if has_docs_page else None,
            problems=router.link(PROBLEMS_PATH),
            health=router.link(_HEALTH),
        )
        return router.shown(index)

    @router.route("GET", _HEALTH, scope=None, answers=(SHOWN,))
    def get_health() -> Response[HealthReply]:
        """Tell whether the API answers.

        The table is not asked: this tells whether gateway and function work, not what they depend on.
        """
        return router.shown(HealthReply())

    @router.route("GET", _DOCUMENT, scope=None, answers=(FOUND, UNCHANGED))
    def get_openapi_document() -> Response[dict[str, Any]]:
        """Get this document."""
        content, tag = document()
        return Response(200, content_type="application/json", body=content, headers={"ETag": tag})

    @router.route("GET", _PAGE, scope=None, answers=(PAGE,), refuses=(RouteNotFoundError,))
    def get_docs_page() -> Response[str]:
        """Show this document as a page.

        A deployment can switch the page off. Then it is not found.
        """
        if not has_docs_page:
            raise RouteNotFoundError("There is no such resource.")
        content, policy = page()
        headers = {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"}
        return Response(200, content_type="text/html; charset=utf-8", body=content, headers=headers)

    @cache
    def document() -> tuple[dict[str, Any], str]:
        from connection_overrides.http.openapi.document import describe  # noqa: PLC0415 - no start waits for it
        from connection_overrides.http.openapi.whole import whole_api  # noqa: PLC0415 - likewise

        content = describe(whole_api())
        return content, f'"{hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]}"'

    @cache
    def page() -> tuple[str, str]:
        from connection_overrides.http.openapi.page import render  # noqa: PLC0415 - no start waits for it

        return render()
