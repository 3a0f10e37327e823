"""Routes about the API itself. They are open: who has no token yet looks here for how to get on."""

import hashlib
import json
from functools import cache
from typing import Any

from connection_overrides.errors import RouteNotFoundError
from connection_overrides.http.about_replies import HealthReply
from connection_overrides.http.outcomes import FOUND, PAGE, SHOWN, UNCHANGED
from connection_overrides.http.responses import Response
from connection_overrides.http.routing import Router


def declare_about(router: Router, *, has_docs_page: bool) -> None:
    """Declare the routes of health, document and page. Without `has_docs_page` the page is not found."""

    @router.route("GET", "/v1/health", scope=None, answers=(SHOWN,))
    def get_health() -> Response[HealthReply]:
        """Tell whether the API answers.

        The table is not asked: this tells whether gateway and function work, not what they depend on.
        """
        return router.shown(HealthReply())

    @router.route("GET", "/v1/openapi.json", scope=None, answers=(FOUND, UNCHANGED))
    def get_openapi_document() -> Response[dict[str, Any]]:
        """Get this document."""
        content, tag = document()
        return Response(200, content_type="application/json", body=content, headers={"ETag": tag})

    @router.route("GET", "/v1/docs", scope=None, answers=(PAGE,), refuses=(RouteNotFoundError,))
    def get_docs_page() -> Response[str]:
        """Show this document as a page.

        A deployment can switch the page off: then it is not found.
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
