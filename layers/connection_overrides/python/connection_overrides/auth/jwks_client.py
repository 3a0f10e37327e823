"""HTTP client for the issuer's JWK set, bounded in time and size. It follows no redirects and uses no proxy."""

import contextlib
import socket
import ssl
from concurrent.futures import Future
from http.client import HTTPConnection, HTTPSConnection
from threading import Event, Thread
from typing import Final

from connection_overrides.auth.errors import JwksUnavailableError
from connection_overrides.auth.settings import JwksUrl

TIMEOUT_SECONDS: Final = 1.5
"""For the whole fetch: DNS, connection, TLS, headers and body."""

MAX_DOCUMENT_BYTES: Final = 256 * 1024


def fetch_jwks(url: JwksUrl, *, timeout: float = TIMEOUT_SECONDS) -> bytes:
    """Return the document at `url`. Raises JwksUnavailableError.

    The request runs in a thread of its own, whose connection is shut down at the timeout. Socket timeouts are not
    enough: they limit each read, so a server that sends a byte a second never exceeds one, and DNS has none.
    """
    document: Future[bytes] = Future()
    sockets: list[socket.socket] = []
    timed_out = Event()

    def run() -> None:
        try:
            with socket.create_connection((url.host, url.port), timeout=timeout) as sock, sock.dup() as duplicate:
                # TLS takes over the original socket, so it is the duplicate that shuts down the connection.
                sockets.append(duplicate)
                if not timed_out.is_set():
                    document.set_result(_get(url, sock))
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


def _get(url: JwksUrl, sock: socket.socket) -> bytes:
    connection = HTTPConnection(url.host, url.port)
    if url.scheme == "https":
        context = ssl.create_default_context()
        connection = HTTPSConnection(url.host, url.port, context=context)
        sock = context.wrap_socket(sock, server_hostname=url.host)
    connection.sock = sock
    with contextlib.closing(connection):
        connection.request("GET", url.target, headers={"Accept": "application/jwk-set+json, application/json"})
        with connection.getresponse() as response:
            if response.status != 200:  # noqa: PLR2004 - HTTP status
                raise JwksUnavailableError("status")
            document = response.read(MAX_DOCUMENT_BYTES + 1)
    if len(document) > MAX_DOCUMENT_BYTES:
        raise JwksUnavailableError("too-large")
    return document
