"""The HTTP front end: what API Gateway does with a request before it matches a route, as an ASGI application."""

import logging
import re
from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope

from connection_overrides.errors import (
    BadRequest,
    PayloadTooLarge,
    Problem,
    RequestHeaderFieldsTooLarge,
    RouteNotFound,
    UriTooLong,
)
from local.gateway import Answer, Gateway, Headers, Request

MAX_HEADER_BYTES: Final = 10_240
"""Request line and headers together (API Gateway quotas for REST APIs)."""

MAX_BODY_BYTES: Final = 10 * 1024 * 1024
"""Payload size (API Gateway quotas for REST APIs)."""

_DISCARDED_BYTES: Final = 100 * 1024 * 1024
"""How much of an oversized body is read and discarded, for clients that read the 413 only after sending."""

_SINGLE: Final = {"authorization", "content-length", "content-type", "host", "user-agent"}
"""Repeated headers that are joined with a comma, so that no reader takes one of two values for the only one."""

_TARGET: Final = re.compile(rb"(?:https?://[^/?#]*)?(/[^?#]*)", re.IGNORECASE)
"""Origin form or absolute form (RFC 9112, 3.2). Group 1 is the path."""

_BAD_ESCAPE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")

_LOG: Final = logging.getLogger(__name__)


class _DisconnectedError(Exception):
    pass


class Edge:
    """Serves one API at `/`, and no other service of the emulator."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer one request. If anything fails, the client gets a problem document."""
        if scope["type"] != "http":
            return
        try:
            answer = await self._answer(scope, receive)
        except _DisconnectedError:
            return
        except Exception:  # noqa: BLE001  # the boundary: clients never see internal errors
            _LOG.exception("the edge failed")
            answer = self._gateway.respond("DEFAULT_5XX")
        headers = list(lines(answer))
        if scope["method"] == "HEAD":
            # The length of the GET body is unknown here, and optional (RFC 9110, 8.6).
            headers = [line for line in headers if line[0] != b"content-length"]
            answer = replace(answer, body=b"")
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body, "more_body": False})

    async def _answer(self, scope: HTTPScope, receive: ASGIReceiveCallable) -> Answer:
        try:
            headers = _headers(scope)
            path = _path(scope["raw_path"])
            query = _query(scope["query_string"])
            body = await _body(receive)
        except Problem as refusal:
            return self._gateway.refuse(refusal)
        return await self._gateway.execute(Request(scope["method"], path, query, headers, body))


def _headers(scope: HTTPScope) -> Headers:
    target = len(scope["raw_path"]) + len(scope["query_string"])
    if target > MAX_HEADER_BYTES:
        raise UriTooLong(f"The URL is longer than {MAX_HEADER_BYTES} bytes.")
    values: dict[str, list[str]] = {}
    size = target
    for name, value in scope["headers"]:
        size += len(name) + len(value)
        values.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    if size > MAX_HEADER_BYTES:
        raise RequestHeaderFieldsTooLarge(f"The request line and headers are larger than {MAX_HEADER_BYTES} bytes.")
    if "transfer-encoding" in values and "content-length" in values:
        # Two lengths may be an attempt at request smuggling (RFC 9112, 6.3).
        raise BadRequest("The request has both Content-Length and Transfer-Encoding.")
    # API Gateway reports the address of the connection.
    values["x-forwarded-for"] = [scope["client"][0] if scope["client"] else "127.0.0.1"]
    return {name: _one_or_list(name, several) for name, several in values.items()}


def _one_or_list(name: str, values: list[str]) -> str | list[str]:
    if len(values) == 1:
        return values[0]
    return ", ".join(values) if name in _SINGLE else values


def _path(target: bytes) -> str:
    match = _TARGET.fullmatch(target)
    if match is None:
        raise BadRequest("The request target is not a path.")
    if _BAD_ESCAPE.search(match[1]):
        raise BadRequest("The path has an invalid percent-encoding.")
    path = match[1].decode("ascii")
    if "//" in path or (path.endswith("/") and path != "/"):
        # The emulator drops empty segments, and an empty name would turn one resource into another.
        raise RouteNotFound("The path has an empty segment.")
    return path


def _query(raw: bytes) -> dict[str, list[str]]:
    if _BAD_ESCAPE.search(raw):
        raise BadRequest("The query string has an invalid percent-encoding.")
    try:
        return parse_qs(raw.decode("ascii"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise BadRequest("The query string is not UTF-8.") from error


async def _body(receive: ASGIReceiveCallable) -> bytes:
    chunks: list[bytes] = []
    size = 0
    more = True
    while more and size <= _DISCARDED_BYTES:
        message = await receive()
        if message["type"] != "http.request":
            raise _DisconnectedError
        size += len(message["body"])
        if size <= MAX_BODY_BYTES:
            chunks.append(message["body"])
        more = message["more_body"]
    if size > MAX_BODY_BYTES:
        raise PayloadTooLarge("The body is too large.")
    return b"".join(chunks)


def lines(answer: Answer) -> Iterable[tuple[bytes, bytes]]:
    """Return the header lines of a response. A list of values becomes several lines."""
    for name, values in answer.headers.items():
        for value in values if isinstance(values, list) else [values]:
            yield name.lower().encode("latin-1"), str(value).encode("latin-1", errors="replace")
    if answer.status not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
        yield b"content-length", str(len(answer.body)).encode()
