"""HTTP client for the issuer's JWK set, bounded in time and size.

It follows one redirect on the same host, and uses no proxy.
"""

import contextlib
import socket
import ssl
import zlib
from collections.abc import Callable
from concurrent.futures import Future
from http.client import HTTPConnection, HTTPSConnection
from threading import Event, Thread
from typing import Final

from connection_overrides.auth.errors import JwksUnavailableError
from connection_overrides.auth.settings import JwksUrl

TIMEOUT_SECONDS: Final = 1.5
"""For the whole fetch: DNS, connection, TLS, headers and body."""

MAX_DOCUMENT_BYTES: Final = 256 * 1024
"""As sent, and as decompressed."""

_HEADERS: Final = {
    "Accept": "application/jwk-set+json, application/json",
    "Accept-Encoding": "gzip",
    "User-Agent": "connection-overrides",  # without one, the firewalls of some issuers refuse the request
}
_REDIRECTS: Final = frozenset({301, 302, 307, 308})
_GZIP: Final = 16 + zlib.MAX_WBITS  # zlib's code for the gzip format


def fetch_jwks(url: JwksUrl, *, timeout: float = TIMEOUT_SECONDS) -> bytes:
    """Return the document at `url`. Raises JwksUnavailableError.

    The fetch runs in a thread of its own, whose connection is shut down at the timeout. Socket timeouts are not
    enough: they limit each read, so a server that sends a byte a second never exceeds one, and DNS has none.
    """
    document: Future[bytes] = Future()
    sockets: list[socket.socket] = []
    timed_out = Event()

    def get(target: JwksUrl) -> bytes | JwksUrl:
        with socket.create_connection((target.host, target.port), timeout=timeout) as sock, sock.dup() as duplicate:
            # TLS takes over the original socket, so it is the duplicate that shuts down the connection.
            sockets.append(duplicate)
            if timed_out.is_set():
                raise TimeoutError
            return _get(target, sock)

    def run() -> None:
        try:
            document.set_result(_follow_redirect(url, get))
        except Exception as error:  # noqa: BLE001 - raised in the caller's thread instead
            document.set_exception(error)

    Thread(target=run, name="jwks", daemon=True).start()
    try:
        return document.result(timeout)
    except JwksUnavailableError:
        raise
    except TimeoutError:
        timed_out.set()
        for sock in sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        raise JwksUnavailableError("deadline") from None
    except Exception:  # noqa: BLE001 - whatever a server can cause
        raise JwksUnavailableError("transport") from None


def _follow_redirect(url: JwksUrl, get: Callable[[JwksUrl], bytes | JwksUrl]) -> bytes:
    response = get(url)
    if isinstance(response, JwksUrl):
        response = get(response)
    if isinstance(response, JwksUrl):
        raise JwksUnavailableError("redirect")
    return response


def _get(url: JwksUrl, sock: socket.socket) -> bytes | JwksUrl:
    """Return the document, or the URL to which the response redirects."""
    connection = HTTPConnection(url.host, url.port)
    if url.scheme == "https":
        context = ssl.create_default_context()
        connection = HTTPSConnection(url.host, url.port, context=context)
        sock = context.wrap_socket(sock, server_hostname=url.host)
    connection.sock = sock
    with contextlib.closing(connection):
        connection.request("GET", url.target, headers=_HEADERS)
        with connection.getresponse() as response:
            location = response.getheader("Location")
            if response.status in _REDIRECTS and location:
                return _redirect(url, location)
            if response.status != 200:  # noqa: PLR2004 - HTTP status
                raise JwksUnavailableError("status")
            body = response.read(MAX_DOCUMENT_BYTES + 1)
            encoding = response.getheader("Content-Encoding", "")
    document = _decode(body, encoding.lower())
    if len(document) > MAX_DOCUMENT_BYTES:
        raise JwksUnavailableError("too-large")
    return document


def _redirect(url: JwksUrl, location: str) -> JwksUrl:
    try:
        return url.redirect(location)
    except ValueError:
        raise JwksUnavailableError("redirect") from None


def _decode(body: bytes, encoding: str) -> bytes:
    """Undo a `Content-Encoding` (RFC 9110, section 8.4). Decompresses no further than one byte past the maximum."""
    if encoding in {"", "identity"}:
        return body
    if encoding not in {"gzip", "x-gzip"}:
        raise JwksUnavailableError("encoding")
    decompressor = zlib.decompressobj(_GZIP)
    try:
        document = decompressor.decompress(body, MAX_DOCUMENT_BYTES + 1)
    except zlib.error:
        raise JwksUnavailableError("encoding") from None
    if not decompressor.eof and len(document) <= MAX_DOCUMENT_BYTES:  # truncated
        raise JwksUnavailableError("encoding")
    return document
