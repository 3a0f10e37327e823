"""A small HTTP client for the service: one connection, no redirects, no proxies."""

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

    def call(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Reply:
        """Send one request and return its answer, whatever its status.

        A path begins with `/v1`, or is one that the service gave.

        Raises:
            OSError: nothing answers there.

        """
        sent = self._headers | dict(headers or {})
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        # The stage is a part of the addresses that API Gateway gives.
        target = path if path.startswith(f"{self._base}/v1") else self._base + path
        self._connection.request(method, target, content, sent)
        response = self._connection.getresponse()
        raw = response.read()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, names, json.loads(raw) if raw else None)
