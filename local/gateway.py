"""The deployed stage: runs requests through the emulated API Gateway and renders gateway responses.

This calls MiniStack's data plane in process, below its HTTP front end, which decodes the path, joins repeated headers,
and lets headers select another account or service. API Gateway does none of these.
"""

import asyncio
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from ministack.core.responses import request_scope
from ministack.services import apigateway_v1

from connection_overrides.api.app import common_headers
from connection_overrides.api.cors import Cors
from connection_overrides.api.responses import json_text, problem_document
from connection_overrides.errors import Problem
from local.stack import Stack

PROBLEM: Final = "application/problem+json"

_LOG: Final = logging.getLogger(__name__)

type Headers = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response."""

    status: int
    headers: Mapping[str, str | list[str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request as API Gateway passes it on.

    `path` is percent-encoded as the client sent it, `query` is decoded. A repeated header has a list of values.
    """

    method: str
    path: str
    query: dict[str, list[str]]
    headers: Headers
    body: bytes


class Gateway:
    """The stage of a stack. A limited number of requests run at a time; others wait."""

    def __init__(self, stack: Stack, cors: Cors) -> None:
        self._stack = stack
        self._cors = cors
        self._scope: tuple[str, str] = apigateway_v1.find_api_scope(stack.api_id)
        self._slots = asyncio.Semaphore(1)

    def widen(self) -> None:
        """Allow one more concurrent request."""
        self._slots.release()

    async def execute(self, request: Request) -> Answer:
        """Return the response of the authorizer, the function or the gateway itself."""
        async with self._slots:
            status, headers, body = await apigateway_v1.handle_execute(
                self._stack.api_id,
                self._stack.stage,
                request.method,
                request.path,
                request.headers,
                request.body,
                request.query,
            )
        content_type = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR and content_type != PROBLEM:
            # If a function fails, the emulator returns the text of the exception. API Gateway does not.
            _LOG.error("%s %s failed: %s", request.method, request.path, body)
            hidden = self.respond("DEFAULT_5XX")
            return Answer(status, hidden.headers, hidden.body)
        return Answer(status, headers, body)

    def refuse(self, refusal: Problem) -> Answer:
        """Return the problem document for a request that is refused before routing.

        It closes the connection, since the start of the next request may be unknown (RFC 9112, section 6.3).
        """
        request_id = str(uuid.uuid4())
        headers = {"Content-Type": PROBLEM, **common_headers(self._cors, request_id), "Connection": "close"}
        return Answer(refusal.status, headers, json_text(problem_document(refusal, request_id)).encode())

    def respond(self, response_type: str) -> Answer:
        """Return a gateway response of the template."""
        request: dict[str, Any] = {
            "api_id": self._stack.api_id,
            "stage_name": self._stack.stage,
            "headers": {},
            "query_params": {},
            "path_params": {},
            "resource_path": "",
            "request_id": str(uuid.uuid4()),
        }
        with request_scope(*self._scope):
            request["stage"] = apigateway_v1.stages_for_api(self._stack.api_id)[self._stack.stage]
            error = apigateway_v1._gw_error(response_type, None)  # noqa: SLF001  # rendered by the emulator, as deployed
            return Answer(*apigateway_v1._gateway_error_response(error, request))  # noqa: SLF001  # likewise
