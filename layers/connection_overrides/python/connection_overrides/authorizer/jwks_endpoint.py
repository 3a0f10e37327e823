"""The issuer's JWK set over HTTP: bounded in time, in size and in what the server may ask of us.

The endpoint is trusted for its keys, not for its behaviour. A slow or broken one must cost a call 1.5 seconds at most.
"""

import contextlib
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Final, Literal, Self
from urllib.parse import urlsplit

from connection_overrides.authorizer.jwk import KeySet, parse_key_set

DEADLINE_SECONDS: Final = 1.5
"""For the whole fetch: name, connection, TLS, headers and body."""

MAX_DOCUMENT_BYTES: Final = 256 * 1024

_PRINTABLE_ASCII: Final = frozenset(map(chr, range(0x21, 0x7F)))
_HOST_OF_CONTAINERS: Final = "host.docker.internal"

type JwksFault = Literal[
    "ambiguous-key-id", "deadline", "document", "no-usable-key", "not-fetched", "status", "too-large", "transport"
]


class JwksUnavailableError(Exception):
    """The issuer's keys cannot be had, so a token can be neither accepted nor refused."""

    def __init__(self, fault: JwksFault) -> None:
        self.fault: Final = fault
        super().__init__(fault)


@dataclass(frozen=True, slots=True)
class JwksUrl:
    """Where the issuer publishes its keys."""

    scheme: Literal["http", "https"]
    host: str
    port: int
    target: str

    @classmethod
    def parse(cls, url: str, *, local: bool) -> Self:
        """Return the parts of `url`. Raises ValueError unless it is https, or http to this machine while `local`."""
        if not _PRINTABLE_ASCII.issuperset(url) or "\\" in url:
            raise ValueError("the JWKS URL has characters that no URL has")
        parts = urlsplit(url)
        host = parts.hostname
        if not host or parts.username is not None or parts.password is not None or parts.fragment:
            raise ValueError("the JWKS URL has no host, or has user information or a fragment")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        match parts.scheme:
            case "https":
                return cls("https", host, parts.port or 443, target)
            case "http" if local and _is_this_machine(host):
                return cls("http", host, parts.port or 80, target)
            case _:
                raise ValueError("the JWKS URL is not https")


def _is_this_machine(host: str) -> bool:
    if host in {"localhost", _HOST_OF_CONTAINERS}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def fetch_key_set(url: JwksUrl, *, deadline: float = DEADLINE_SECONDS) -> KeySet:
    """Fetch and parse the set in at most `deadline` seconds. Raises JwksUnavailableError for any failure.

    A set without one usable key counts as a failure: it would lock every caller out, and is the likelier fault.
    """
    document = _Fetch(url, deadline).result()
    try:
        keys = parse_key_set(document.decode("utf-8"))
    except ValueError:
        raise JwksUnavailableError("document") from None
    if not keys.usable:
        raise JwksUnavailableError("no-usable-key")
    return keys


class _Fetch:
    """One GET in a thread of its own, which the caller leaves behind, cut off, at the deadline.

    Socket time-outs bound one read each; a server that sends a byte a second stays below them for hours, and looking
    up a name has no time-out at all.
    """

    def __init__(self, url: JwksUrl, deadline: float) -> None:
        self._url = url
        self._deadline = deadline
        self._outcome: SimpleQueue[bytes | JwksUnavailableError] = SimpleQueue()
        self._abandoned = Event()
        self._wire: socket.socket | None = None

    def result(self) -> bytes:
        Thread(target=self._run, name="jwks", daemon=True).start()
        try:
            outcome = self._outcome.get(timeout=self._deadline)
        except Empty:
            self._cut()
            raise JwksUnavailableError("deadline") from None
        if isinstance(outcome, JwksUnavailableError):
            raise outcome
        return outcome

    def _cut(self) -> None:
        self._abandoned.set()
        if self._wire is not None:
            with contextlib.suppress(OSError):
                self._wire.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        try:
            self._outcome.put(self._get())
        except JwksUnavailableError as fault:
            self._outcome.put(fault)
        except TimeoutError:
            # One read took all the time there is; who waits may be told of it by the thread before the clock runs out.
            self._outcome.put(JwksUnavailableError("deadline"))
        except Exception:  # noqa: BLE001 - whatever a server can provoke ends the fetch, never the thread unheard
            self._outcome.put(JwksUnavailableError("transport"))

    def _get(self) -> bytes:
        with contextlib.ExitStack() as stack:
            plain = stack.enter_context(
                socket.create_connection((self._url.host, self._url.port), timeout=self._deadline)
            )
            # A handle of its own on the same connection: it cuts TLS and buffered readers alike.
            self._wire = stack.enter_context(plain.dup())
            if self._abandoned.is_set():
                raise JwksUnavailableError("deadline")
            connection = stack.enter_context(contextlib.closing(self._connection(plain)))
            # http.client follows no redirect and knows no proxy.
            connection.request(
                "GET", self._url.target, headers={"Accept": "application/jwk-set+json, application/json"}
            )
            response = stack.enter_context(connection.getresponse())
            if response.status != 200:  # noqa: PLR2004 - HTTP's own number
                raise JwksUnavailableError("status")
            document = response.read(MAX_DOCUMENT_BYTES + 1)
            if len(document) > MAX_DOCUMENT_BYTES:
                raise JwksUnavailableError("too-large")
            return document

    def _connection(self, plain: socket.socket) -> HTTPConnection:
        if self._url.scheme == "http":
            connection = HTTPConnection(self._url.host, self._url.port)
            connection.sock = plain
        else:
            context = ssl.create_default_context()
            connection = HTTPSConnection(self._url.host, self._url.port, context=context)
            connection.sock = context.wrap_socket(plain, server_hostname=self._url.host)
        return connection
