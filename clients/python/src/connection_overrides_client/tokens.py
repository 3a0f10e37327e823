"""Access tokens: given, or obtained from an OpenID Connect issuer with client credentials."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any, Final
from urllib.parse import quote_plus, urlsplit

import httpx

from connection_overrides_client.errors import TokenUnavailable

RENEWED_BEFORE_SECONDS: Final = 60
"""How long before its end a token is no longer used."""

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def require_https(url: str) -> str:
    """Return the URL. Raises ValueError unless it is HTTPS, or of this machine: tokens must not travel in the clear."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return url
    raise ValueError(f"must be an https URL: {url}")


class BearerToken(httpx.Auth):
    """A token that is given, or returned by a function for each request."""

    def __init__(self, token: str | Callable[[], str]) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the request with the token."""
        token = self._token if isinstance(self._token, str) else self._token()
        request.headers["Authorization"] = f"Bearer {token}"
        yield request


class ClientCredentials(httpx.Auth):
    """Tokens of an OpenID Connect issuer, obtained with the client credentials grant (RFC 6749, section 4.4).

    The token endpoint is discovered (OpenID Connect Discovery 1.0). A token is kept until shortly before it expires,
    and renewed once if the service refuses it. `scope` and `audience` are sent if the issuer needs them. Calls raise
    TokenUnavailable when the issuer gives none.
    """

    requires_response_body = True

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        *,
        scope: str | None = None,
        audience: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuer = require_https(issuer)
        self._credentials = client_id, client_secret
        self._form = {"grant_type": "client_credentials"}
        self._form |= {name: value for name, value in (("scope", scope), ("audience", audience)) if value}
        self._clock = clock
        self._metadata: dict[str, Any] = {}
        self._token: str | None = None
        self._expires = 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the request with a token, which is obtained first if there is none."""
        is_new = self._token is None or self._clock() >= self._expires
        if is_new:
            yield from self._renew()
        request.headers["Authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED and not is_new:
            yield from self._renew()
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _renew(self) -> Generator[httpx.Request, httpx.Response, None]:
        if not self._metadata:
            address = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
            found = _json(address, (yield httpx.Request("GET", address)))
            if found.get("issuer") != self._issuer:
                raise TokenUnavailable(f"{address} describes another issuer.")
            try:
                require_https(str(found.get("token_endpoint", "")))
            except ValueError:
                raise TokenUnavailable(f"{address} names no token endpoint with https.") from None
            self._metadata = found
        granted = _json(self._metadata["token_endpoint"], (yield self._token_request()))
        token = granted.get("access_token")
        if not isinstance(token, str) or str(granted.get("token_type", "")).lower() != "bearer":
            raise TokenUnavailable(f"{self._metadata['token_endpoint']} returned no bearer token.")
        lifetime = granted.get("expires_in")
        seconds = float(lifetime) if isinstance(lifetime, (int, float)) else 0.0
        self._token, self._expires = token, self._clock() + max(0.0, seconds - RENEWED_BEFORE_SECONDS)

    def _token_request(self) -> httpx.Request:
        endpoint = str(self._metadata["token_endpoint"])
        methods = self._metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        client_id, client_secret = self._credentials
        if "client_secret_basic" in methods:
            request = httpx.Request("POST", endpoint, data=self._form)
            return next(httpx.BasicAuth(*map(_form_encoded, (client_id, client_secret))).auth_flow(request))
        return httpx.Request(
            "POST", endpoint, data={**self._form, "client_id": client_id, "client_secret": client_secret}
        )


def _form_encoded(text: str) -> str:
    """Return the text as a user name or password of a client (RFC 6749, section 2.3.1)."""
    return quote_plus(text)


def _json(address: str, response: httpx.Response) -> dict[str, Any]:
    """Return the object in the issuer's response. Raises TokenUnavailable, without what the response says."""
    if response.is_success:
        try:
            found = response.json()
        except ValueError:
            found = None
        if isinstance(found, dict):
            return found
    raise TokenUnavailable(f"{address} answered {response.status_code} and no JSON object of success.")
