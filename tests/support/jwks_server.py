"""An issuer's endpoint on loopback that misbehaves as a test requires."""

import json
import ssl
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

type Answer = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    """One request. `released` ends every wait of a slow response; `cut_off` is set if the client disconnects first."""

    server: "JwksServer"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.requests.append(f"{self.path} {self.headers['Host']}")
        self.close_connection = True
        try:
            self.server.answer(self)
        except OSError:
            self.server.cut_off.set()

    def reply(self, body: object, *, status: int = 200, headers: dict[str, str] | None = None) -> None:
        octets = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(octets)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(octets)

    def drip(self, octets: bytes) -> None:
        """Send `octets` one by one, each within the timeout of a single read, until the client disconnects."""
        for octet in octets:
            self.wfile.write(bytes([octet]))
            if self.server.released.wait(0.02):
                return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Write nothing into the output of the tests."""


class JwksServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, answer: Answer, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.answer = answer
        self.requests: list[str] = []
        self.released = Event()
        self.cut_off = Event()
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that disconnect: some tests are about them."""

    def stop(self) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()
        self._thread.join()
