"""A small HTTP client for the service: loopback only, one connection, no redirects, no proxies."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the service; `document` is its JSON body, or None when it has none."""

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
        """Return the client; the connection opens with the first call."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._connection.close()

    def call(self, method: str, path: str, body: object = None) -> Reply:
        """Send one request and return its answer, whatever its status.

        Raises:
            OSError: nothing answers there.

        """
        headers = dict(self._headers)
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        self._connection.request(method, path, content, headers)
        response = self._connection.getresponse()
        raw = response.read()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, names, json.loads(raw) if raw else None)
