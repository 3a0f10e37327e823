"""A small HTTP client for the service, with one connection and without redirects or proxies."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Reply:
    """A response of the service. `document` is the parsed JSON body, or None."""

    status: int
    headers: Mapping[str, str]
    document: Any


class Client:
    """Calls the service at `api_url` with one token."""

    def __init__(self, api_url: str, token: str | None) -> None:
        parts = urlsplit(api_url)
        scheme = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = scheme(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        self._base = parts.path.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def __enter__(self) -> Self:
        """Return the client. It connects with the first call."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._connection.close()

    def call(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Reply:
        """Send a request and return the response, whatever its status.

        `path` starts with `/v1`, or comes from a response of the service.

        Raises:
            OSError: no server is reachable.

        """
        sent = self._headers | dict(headers or {})
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        # Paths in responses of API Gateway already include the stage.
        target = path if path.startswith(f"{self._base}/v1") else self._base + path
        self._connection.request(method, target, content, sent)
        response = self._connection.getresponse()
        raw = response.read()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, names, json.loads(raw) if raw else None)
