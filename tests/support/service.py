"""The service as a transport of httpx: what the Python client sends reaches the functions, with a table in process."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

import httpx
from support.conformance import document
from support.registry import EVERY_SCOPE, Client

URL: Final = "https://api.test"

_ROUTES: Final = [
    (re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)) + "$"), path)
    # Paths with names of their own come before those with a parameter in that place.
    for path in sorted(document()["paths"], key=lambda path: (path.count("{"), path))
]


@dataclass
class Service(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers requests of the token with that text, whose scopes are `scopes`. `api` is its client in process.

    `interruptions` are what happens to the next requests: an exception, or a response, before the service gets it.
    `after` is the same, once the service has answered. None lets a request pass.
    """

    api: Client
    tokens: dict[str, str] = field(default_factory=lambda: {"all": EVERY_SCOPE})
    requests: list[httpx.Request] = field(default_factory=list)
    interruptions: list[Exception | httpx.Response | None] = field(default_factory=list)
    after: list[Exception | httpx.Response | None] = field(default_factory=list)
    before_each: Callable[[httpx.Request], None] = lambda _: None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        request.read()
        return self._handle(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        await request.aread()
        return self._handle(request)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.before_each(request)
        for responses, answer in ((self.interruptions, None), (self.after, self._answer)):
            found = answer(request) if answer is not None else None
            instead = responses.pop(0) if responses else None
            if isinstance(instead, Exception):
                raise instead
            if instead is not None:
                return instead
            if found is not None:
                return found
        raise AssertionError

    def _answer(self, request: httpx.Request) -> httpx.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            problem = {"type": "/v1/problems/unauthorized", "title": "Unauthorized", "status": 401, "detail": "No."}
            return httpx.Response(401, json=problem, headers={"Content-Type": "application/problem+json"})
        self.api.scopes = self.tokens[token]
        path = request.url.raw_path.decode().partition("?")[0]
        match, resource = next((found, path_) for route, path_ in _ROUTES if (found := route.match(path)))
        names = {name: unquote(value) for name, value in match.groupdict().items()}
        headers = {
            name.title(): value for name, value in request.headers.items() if name not in {"authorization", "host"}
        }
        query = {name: request.url.params.get_list(name) for name in request.url.params}
        result = self.api.raw(
            request.method,
            resource,
            names,
            request.content.decode() or None,
            headers=headers,
            multiValueQueryStringParameters=query or None,
        )
        sent = {"Content-Type": "application/json", **result["headers"]}
        return httpx.Response(result["statusCode"], text=result["body"] or "", headers=sent)

    def paths(self) -> Iterator[tuple[str, str]]:
        """Yield method and path of all requests."""
        return ((request.method, request.url.raw_path.decode()) for request in self.requests)

    def sent(self) -> list[Any]:
        """Return the requests so far, and forget them."""
        found, self.requests = self.requests, []
        return found
