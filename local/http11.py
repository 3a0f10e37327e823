"""Plain HTTP/1.1, with problem documents for invalid requests."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import ClassVar, Final

import h11
import hypercorn.protocol
from hypercorn.asyncio import serve
from hypercorn.config import Config
from hypercorn.protocol.h11 import H11Protocol
from hypercorn.typing import ASGIFramework

from connection_overrides.errors import BadRequest, Problem, RequestHeaderFieldsTooLarge
from local.edge import lines
from local.gateway import Answer
from local.sockets import BACKLOG

MAX_LINE_BYTES: Final = 256 * 1024
"""The maximum size of an incomplete request head. `local/edge.py` has a much lower limit, with a better response."""

GRACE_SECONDS: Final = 1.0
"""How long running requests can take when the service stops."""

type Refuse = Callable[[Problem], Answer]


class PlainHttp11(H11Protocol):
    """HTTP/1.1 without upgrades: API Gateway offers neither WebSocket nor HTTP/2 without TLS on a REST API."""

    refuse: ClassVar[Refuse | None] = None
    """Creates the response to invalid HTTP. Set when the API exists."""

    async def _check_protocol(self, event: h11.Request) -> None:
        """Treat requests for an upgrade to HTTP/2 as ordinary requests."""

    async def _create_stream(self, request: h11.Request) -> None:
        headers = [header for header in request.headers.raw_items() if header[0].lower() != b"upgrade"]
        await super()._create_stream(
            h11.Request(
                method=request.method, target=request.target, headers=headers, http_version=request.http_version
            )
        )

    async def _send_error_response(self, status_code: int) -> None:
        if PlainHttp11.refuse is None:
            await super()._send_error_response(status_code)
            return
        # h11 suggests 431 for an incomplete head that is too long, 501 for an unknown transfer coding, otherwise 400.
        if status_code == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
            answer = PlainHttp11.refuse(RequestHeaderFieldsTooLarge(f"The head is larger than {MAX_LINE_BYTES} bytes."))
        else:
            answer = PlainHttp11.refuse(BadRequest("This is not a valid HTTP/1.1 request."))
        await self._send_h11_event(h11.Response(status_code=answer.status, headers=list(lines(answer))))
        await self._send_h11_event(h11.Data(data=answer.body))
        await self._send_h11_event(h11.EndOfMessage())


def install() -> None:
    """Make every server of this process use `PlainHttp11`."""
    hypercorn.protocol.H11Protocol = PlainHttp11  # type: ignore[attr-defined]  # Hypercorn has no setting for it


async def serve_on(descriptor: int, app: ASGIFramework, stop: asyncio.Event) -> None:
    """Serve an ASGI application on an open socket until `stop` is set."""
    config = Config()
    config.bind = [f"fd://{descriptor}"]
    config.h11_max_incomplete_size = MAX_LINE_BYTES
    config.backlog = BACKLOG
    config.keep_alive_max_requests = 1_000_000
    config.graceful_timeout = GRACE_SECONDS
    config.errorlog = None
    await serve(app, config, shutdown_trigger=stop.wait, mode="asgi")
